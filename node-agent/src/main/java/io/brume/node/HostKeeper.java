package io.brume.node;

import static java.util.Objects.requireNonNull;

import io.brume.node.image.ImageStore;
import io.brume.node.image.ImageStore.StoredImage;
import io.brume.node.instance.GuestExit;
import io.brume.node.instance.GuestState;
import io.brume.node.instance.Hypervisor;
import io.brume.node.instance.InstanceOptions;
import io.brume.node.instance.InstanceOwner;
import io.brume.node.instance.InstanceReports;
import io.brume.node.instance.SerialConsole;
import io.brume.node.network.VpcNetwork;
import io.brume.node.session.Ledger;
import io.brume.node.session.Observations;
import io.brume.node.session.SessionHost;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.InstanceSpec;
import io.brume.proto.node.v1.LedgerEntry;
import io.brume.proto.node.v1.NicSpec;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.NodeObservation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the host as it was last told, whether or not the control plane is there: writes each word
 * into the ledger, then gives it to the owner of the thing. At the start it finds what is on the
 * host and takes up the ledger's words; what the ledger does not know stays as it is until the
 * control plane has told the whole desired state. Thread-safe.
 */
final class HostKeeper implements SessionHost, InstanceReports, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostKeeper.class);
    private static final int PARALLEL_IMPORTS = 2;
    private static final Duration END_WITHIN = Duration.ofSeconds(10);

    /** How often the host is looked at although nobody has told that anything has changed. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(30);

    private static final Duration HEAL_EVERY = Duration.ofMinutes(5);

    /** What the keeper works with. */
    record Tools(
            Hypervisor hypervisor,
            VpcNetwork network,
            ImageStore images,
            Ledger ledger,
            Observations observations,
            Supplier<NodeFacts> facts,
            Supplier<NodeObservation> vitals,
            InstanceOptions options,
            RandomGenerator random) {}

    private final String nodeId;
    private final Tools tools;
    private final HostGuestParts parts;
    private final InstanceOwner.Tools instanceTools;
    private final Semaphore importSlots = new Semaphore(PARALLEL_IMPORTS);
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("instance-timer").factory());
    private final Map<String, InstanceOwner> instances = new ConcurrentHashMap<>();
    private final Map<String, VpcOwner> vpcs = new ConcurrentHashMap<>();
    private final Map<String, ImageOwner> images = new ConcurrentHashMap<>();

    HostKeeper(String nodeId, Tools tools) {
        this.nodeId = requireNonNull(nodeId);
        this.tools = requireNonNull(tools);
        this.parts =
                new HostGuestParts(
                        tools.images(),
                        tools.network(),
                        tools.facts().get().getArchitecture(),
                        this::imageFailure,
                        this::isInterfaceReady);
        this.instanceTools =
                new InstanceOwner.Tools(
                        tools.hypervisor(),
                        parts,
                        this,
                        tools.options(),
                        new Semaphore(tools.options().parallelStarts()),
                        this::after);
        tools.hypervisor().onExit(this::exited);
    }

    private void after(Duration pause, Runnable task) {
        var _ = timer.schedule(task, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private String imageFailure(String imageId) {
        ImageOwner owner = images.get(imageId);
        return owner == null ? "" : owner.failure();
    }

    private boolean isInterfaceReady(String vpcId, String interfaceId) {
        VpcOwner owner = vpcs.get(vpcId);
        return owner != null && owner.hasInterface(interfaceId);
    }

    private void exited(GuestExit exit) {
        InstanceOwner owner = instances.get(exit.instanceId());
        if (owner != null) {
            owner.exited(exit);
        }
    }

    /** Finds what the host has, and takes up what it was last told. Called once. */
    synchronized void start() {
        Map<String, LedgerEntry> entries = tools.ledger().entries();
        for (StoredImage stored : tools.images().images().values()) {
            tools.observations().observed(Translation.observation(stored, 0));
            image(stored.imageId());
        }
        tools.network().vpcs().forEach(this::vpc);
        Map<String, GuestState> guests = tools.hypervisor().guests();
        Set<String> known = new HashSet<>(guests.keySet());
        entries.forEach((id, entry) -> {
            if (entry.getDesired().hasInstance()) {
                known.add(id);
            }
        });
        for (String id : known) {
            adopt(id, Optional.ofNullable(guests.get(id)), Optional.ofNullable(entries.get(id)));
        }
        LOG.info("{} guests and {} words in the ledger were found", guests.size(), entries.size());
        every(LOOK_EVERY, this::tellEnds);
        every(HEAL_EVERY, () -> vpcs.values().forEach(VpcOwner::heal));
        for (LedgerEntry entry : entries.values()) {
            if (entry.hasDesired()) {
                give(entry.getDesired());
            }
            if (entry.getReleased()) {
                release(entry.getId());
            }
        }
        tellEnds();
    }

    private void every(Duration period, Runnable task) {
        var _ =
                timer.scheduleWithFixedDelay(
                        () -> Thread.ofVirtual().start(task),
                        period.toMillis(),
                        period.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /**
     * Tells owners of guests that have ended, in case one ended before its owner could be told. An
     * owner that knows already takes no notice.
     */
    private void tellEnds() {
        tools.hypervisor().guests().values().stream()
                .filter(guest -> !guest.running())
                .flatMap(guest -> guest.exit().stream())
                .forEach(this::exited);
    }

    private InstanceOwner adopt(
            String id, Optional<GuestState> guest, Optional<LedgerEntry> entry) {
        return instances.computeIfAbsent(
                id,
                key -> {
                    var owner =
                            new InstanceOwner(
                                    key,
                                    guest,
                                    entry.filter(LedgerEntry::hasReached)
                                            .map(LedgerEntry::getReached),
                                    entry.map(LedgerEntry::getDesired)
                                            .filter(Desired::hasInstance)
                                            .map(Desired::getInstance),
                                    instanceTools);
                    owner.start();
                    return owner;
                });
    }

    private VpcOwner vpc(String id) {
        return vpcs.computeIfAbsent(
                id,
                key -> {
                    var owner =
                            new VpcOwner(
                                    key,
                                    tools.network(),
                                    nodeId,
                                    tools.observations(),
                                    this::hasGuestsOf,
                                    this::pokeInstances,
                                    this::vpcGone,
                                    tools.random());
                    owner.start();
                    return owner;
                });
    }

    private ImageOwner image(String id) {
        return images.computeIfAbsent(
                id,
                key -> {
                    var owner =
                            new ImageOwner(
                                    key,
                                    tools.images(),
                                    tools.observations(),
                                    importSlots,
                                    this::pokeInstances,
                                    this::imageGone,
                                    tools.random());
                    owner.start();
                    return owner;
                });
    }

    private void pokeInstances() {
        instances.values().forEach(InstanceOwner::poke);
    }

    private boolean hasGuestsOf(String vpcId) {
        for (String id : instances.keySet()) {
            boolean member =
                    tools
                            .ledger()
                            .entry(id)
                            .map(entry -> entry.getDesired().getInstance().getNicsList())
                            .orElse(List.of())
                            .stream()
                            .map(NicSpec::getVpcId)
                            .anyMatch(vpcId::equals);
            if (member && !isAbsent(id)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAbsent(String instanceId) {
        return tools.observations()
                .latest(instanceId)
                .filter(seen ->
                        seen.getInstance().getPhase() == InstanceObservation.Phase.PHASE_ABSENT)
                .isPresent();
    }

    @Override
    public synchronized void desired(List<Desired> things) throws IOException {
        Set<String> wanted = new HashSet<>();
        List<Change> changes = new ArrayList<>();
        for (Desired thing : things) {
            wanted.add(idOf(thing));
            changes.add(new Change.Wanted(thing));
        }
        Set<String> known = new HashSet<>(tools.ledger().entries().keySet());
        known.addAll(instances.keySet());
        known.addAll(vpcs.keySet());
        known.addAll(images.keySet());
        for (String id : known) {
            if (!wanted.contains(id)) {
                changes.add(new Change.Released(id));
            }
        }
        changed(changes);
    }

    @Override
    public synchronized void changed(List<Change> changes) throws IOException {
        Map<String, LedgerEntry> news = new LinkedHashMap<>();
        List<Change> current = new ArrayList<>();
        for (Change change : changes) {
            String id =
                    switch (change) {
                        case Change.Wanted(Desired thing) -> idOf(thing);
                        case Change.Released(String released) -> released;
                    };
            Optional<LedgerEntry> before =
                    Optional.ofNullable(news.get(id)).or(() -> tools.ledger().entry(id));
            switch (change) {
                case Change.Wanted(Desired thing) -> {
                    if (isStale(thing, before)) {
                        continue;
                    }
                    news.put(id, Ledger.wanted(id, thing, before));
                }
                case Change.Released(String released) ->
                        news.put(
                                released,
                                before.map(LedgerEntry::toBuilder)
                                        .orElseGet(() -> LedgerEntry.newBuilder().setId(released))
                                        .setReleased(true)
                                        .build());
            }
            current.add(change);
        }
        news.values()
                .removeIf(entry -> tools.ledger().entry(entry.getId()).equals(Optional.of(entry)));
        tools.ledger().record(news.values());
        for (Change change : current) {
            switch (change) {
                case Change.Wanted(Desired thing) -> give(thing);
                case Change.Released(String id) -> release(id);
            }
        }
    }

    /** An older word than the one held. */
    private static boolean isStale(Desired thing, Optional<LedgerEntry> before) {
        return before.filter(entry ->
                        entry.hasDesired()
                                && Long.compareUnsigned(
                                                thing.getGeneration(),
                                                entry.getDesired().getGeneration())
                                        < 0)
                .isPresent();
    }

    private static String idOf(Desired thing) {
        return switch (thing.getThingCase()) {
            case INSTANCE -> thing.getInstance().getInstanceId();
            case VPC -> thing.getVpc().getVpcId();
            case IMAGE -> thing.getImage().getImageId();
            case VOLUME -> thing.getVolume().getVolumeId();
            case REPLICA -> thing.getReplica().getVolumeId();
            case SNAPSHOT -> thing.getSnapshot().getSnapshotId();
            case THING_NOT_SET -> "";
        };
    }

    private void give(Desired thing) {
        switch (thing.getThingCase()) {
            case INSTANCE -> {
                InstanceSpec spec = thing.getInstance();
                if (spec.getPower() == InstanceSpec.Power.POWER_UNSPECIFIED
                        || spec.getPower() == InstanceSpec.Power.UNRECOGNIZED) {
                    LOG.error("{} is wanted in no power state that is known here", idOf(thing));
                    return;
                }
                adopt(
                                spec.getInstanceId(),
                                Optional.empty(),
                                tools.ledger().entry(spec.getInstanceId()))
                        .want(thing);
            }
            case VPC -> vpc(thing.getVpc().getVpcId()).want(thing);
            case IMAGE -> image(thing.getImage().getImageId()).want(thing);
            case VOLUME, REPLICA, SNAPSHOT ->
                    LOG.error("{} is wanted, which this host does not keep", idOf(thing));
            case THING_NOT_SET -> LOG.warn("A thing of a kind that is not known here is desired");
        }
    }

    private void release(String id) {
        InstanceOwner instance = instances.get(id);
        VpcOwner vpc = vpcs.get(id);
        ImageOwner image = images.get(id);
        if (instance != null) {
            instance.release();
        } else if (vpc != null) {
            vpc.release();
        } else if (image != null) {
            image.release();
        } else {
            forget(id);
        }
    }

    private void forget(String id) {
        try {
            tools.ledger().record(List.of(Ledger.forgotten(id)));
        } catch (IOException e) {
            LOG.warn("{}: stays in the ledger, it could not be written", id, e);
        }
        tools.observations().forget(id);
    }

    private void vpcGone(String id) {
        vpcs.remove(id);
        forget(id);
    }

    private void imageGone(String id) {
        images.remove(id);
        forget(id);
    }

    @Override
    public void forgotten(String instanceId) {
        instances.remove(instanceId);
        forget(instanceId);
    }

    @Override
    public void observed(InstanceObservation seen) {
        switch (seen.getPhase()) {
            case PHASE_RUNNING, PHASE_STOPPED, PHASE_FAILED, PHASE_ABSENT -> {
                try {
                    tools.ledger().reached(seen);
                } catch (IOException e) {
                    LOG.warn("{}: how far it came is not in the ledger", seen.getInstanceId(), e);
                }
            }
            case PHASE_STARTING, PHASE_STOPPING, PHASE_UNSPECIFIED, UNRECOGNIZED -> {}
        }
        tools.observations().observed(seen);
    }

    @Override
    public NodeFacts facts() {
        return tools.facts().get();
    }

    @Override
    public NodeObservation vitals() {
        return tools.vitals().get();
    }

    @Override
    public byte[] consoleOutput(String instanceId, int maxBytes) throws IOException {
        return tools.hypervisor().consoleOutput(known(instanceId), maxBytes);
    }

    @Override
    public byte[] screenshot(String instanceId) throws IOException {
        return tools.hypervisor().screenshot(known(instanceId));
    }

    @Override
    public SerialConsole openConsole(String instanceId) throws IOException {
        return tools.hypervisor().openConsole(known(instanceId));
    }

    private String known(String instanceId) throws IOException {
        if (!instances.containsKey(instanceId)) {
            throw new IOException("The instance " + instanceId + " is not on this host.");
        }
        return instanceId;
    }

    /** How many instances this host has in hand. */
    int instanceCount() {
        return instances.size();
    }

    /** Stops keeping. Nothing on the host changes. */
    @Override
    public void close() throws InterruptedException {
        timer.shutdownNow();
        instances.values().forEach(InstanceOwner::close);
        vpcs.values().forEach(VpcOwner::close);
        images.values().forEach(ImageOwner::close);
        for (InstanceOwner owner : instances.values()) {
            owner.join(END_WITHIN);
        }
        for (VpcOwner owner : vpcs.values()) {
            owner.join(END_WITHIN);
        }
    }
}
