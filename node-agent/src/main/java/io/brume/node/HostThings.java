package io.brume.node;

import static java.util.Objects.requireNonNull;

import io.brume.node.instance.GuestExit;
import io.brume.node.instance.GuestSpec;
import io.brume.node.instance.InstanceOwner;
import io.brume.node.instance.InstanceReports;
import io.brume.node.instance.PartsException;
import io.brume.node.ledger.Ledger;
import io.brume.node.owner.Owner;
import io.brume.node.owner.Owners;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.Desired.ThingCase;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.LedgerEntry;
import io.brume.proto.node.v1.NicSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The things of this host by kind, each with its owner, and what owners of one kind need to know of
 * those of another. Thread-safe.
 */
final class HostThings implements InstanceReports, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostThings.class);
    private static final int PARALLEL_IMPORTS = 2;
    private static final Set<String> ROOTS = Set.of("/dev/xvda", "/dev/sda1");
    private static final Duration END_WITHIN = Duration.ofSeconds(10);

    private final HostKeeper.Tools tools;
    private final Consumer<String> gone;
    private final InstanceOwner.Tools instanceTools;
    private final Owners<InstanceOwner> instances;
    private final Owners<VpcOwner> vpcs;
    private final Owners<ImageOwner> images;
    private final Owners<VolumeOwner> volumes;
    private final Map<ThingCase, Owners<?>> kinds = new EnumMap<>(ThingCase.class);

    /**
     * @param gone told of each thing of which nothing is left
     * @param timer runs a task after a pause
     */
    HostThings(
            String nodeId,
            HostKeeper.Tools tools,
            Consumer<String> gone,
            BiConsumer<Duration, Runnable> timer) {
        this.tools = requireNonNull(tools);
        this.gone = requireNonNull(gone);
        var parts =
                new HostGuestParts(
                        tools.images(),
                        tools.network(),
                        tools.facts().get().getArchitecture(),
                        this::imageFailure,
                        this::isInterfaceReady,
                        this::volumesOf);
        this.instanceTools =
                new InstanceOwner.Tools(
                        tools.hypervisor(),
                        parts,
                        this,
                        tools.options(),
                        new Semaphore(tools.options().parallelStarts()),
                        timer);
        this.instances = new Owners<>(this::instance);
        this.vpcs = new Owners<>(id -> vpc(id, nodeId));
        var importSlots = new Semaphore(PARALLEL_IMPORTS);
        this.images = new Owners<>(id -> image(id, importSlots));
        var volumeTools =
                new VolumeOwner.Tools(
                        tools.volumes(),
                        tools.hypervisor(),
                        tools.observations(),
                        this::pokeInstances,
                        this::forgotten,
                        tools.random());
        this.volumes = new Owners<>(id -> volume(id, volumeTools));
        tools.volumes().onChange(id -> volumes.get(id).ifPresent(VolumeOwner::changed));
        kinds.put(ThingCase.INSTANCE, instances);
        kinds.put(ThingCase.VPC, vpcs);
        kinds.put(ThingCase.IMAGE, images);
        kinds.put(ThingCase.VOLUME, volumes);
    }

    private InstanceOwner instance(String id) {
        Optional<LedgerEntry> entry = tools.ledger().entry(id);
        return new InstanceOwner(
                id,
                Optional.ofNullable(tools.hypervisor().guests().get(id)),
                entry.filter(LedgerEntry::hasReached).map(LedgerEntry::getReached),
                entry.map(LedgerEntry::getDesired)
                        .filter(Desired::hasInstance)
                        .map(Desired::getInstance),
                instanceTools);
    }

    private VpcOwner vpc(String id, String nodeId) {
        return new VpcOwner(
                id,
                tools.network(),
                nodeId,
                tools.observations(),
                this::hasGuestsOf,
                this::pokeInstances,
                this::forgotten,
                tools.random());
    }

    private ImageOwner image(String id, Semaphore importSlots) {
        return new ImageOwner(
                id,
                tools.images(),
                tools.observations(),
                importSlots,
                this::pokeInstances,
                this::forgotten,
                tools.random());
    }

    private VolumeOwner volume(String id, VolumeOwner.Tools volumeTools) {
        return new VolumeOwner(
                id,
                tools.ledger().entry(id).map(LedgerEntry::getDesired).filter(Desired::hasVolume),
                volumeTools);
    }

    /** Makes owners of what is on the host, before anything is said of it. */
    void adopt() {
        tools.images()
                .images()
                .values()
                .forEach(stored -> {
                    tools.observations().observed(Translation.observation(stored, 0));
                    images.of(stored.imageId());
                });
        tools.network().vpcs().forEach(vpcs::of);
        Set<String> known = new HashSet<>(tools.hypervisor().guests().keySet());
        int guests = known.size();
        Map<String, LedgerEntry> entries = tools.ledger().entries();
        entries.forEach((id, entry) -> {
            if (entry.getDesired().hasInstance()) {
                known.add(id);
            }
        });
        known.forEach(instances::of);
        LOG.info("{} guests and {} words in the ledger were found", guests, entries.size());
    }

    /** Whether this host keeps things of this kind. */
    boolean isKept(Desired thing) {
        return kinds.containsKey(thing.getThingCase());
    }

    /** The owner of a thing of a kind that is kept here, made when there is none. */
    Owner ownerOf(Desired thing) {
        return requireNonNull(kinds.get(thing.getThingCase())).of(LedgerIntake.idOf(thing));
    }

    /** The owner of a thing, if it has one. */
    Optional<? extends Owner> owner(String id) {
        return kinds.values().stream().flatMap(owners -> owners.get(id).stream()).findFirst();
    }

    /** The ids of everything that has an owner. */
    Set<String> ids() {
        Set<String> all = new HashSet<>();
        kinds.values().forEach(owners -> all.addAll(owners.ids()));
        return all;
    }

    boolean hasInstance(String instanceId) {
        return instances.get(instanceId).isPresent();
    }

    int instanceCount() {
        return instances.ids().size();
    }

    void exited(GuestExit exit) {
        instances.get(exit.instanceId()).ifPresent(owner -> owner.exited(exit));
    }

    /** Looks after what somebody else may have broken. */
    void heal() {
        vpcs.all().forEach(VpcOwner::heal);
        volumes.all().forEach(VolumeOwner::look);
    }

    private String imageFailure(String imageId) {
        return images.get(imageId).map(ImageOwner::failure).orElse("");
    }

    private boolean isInterfaceReady(String vpcId, String interfaceId) {
        return vpcs.get(vpcId).filter(owner -> owner.hasInterface(interfaceId)).isPresent();
    }

    private void pokeInstances() {
        instances.all().forEach(InstanceOwner::poke);
    }

    /** The root first: it has the name that AWS gives to roots. */
    private List<GuestSpec.Volume> volumesOf(String instanceId) throws PartsException {
        List<VolumeOwner> its =
                volumes.all().stream()
                        .filter(owner -> owner.isFor(instanceId))
                        .sorted(
                                Comparator.comparing((VolumeOwner owner) ->
                                                !ROOTS.contains(owner.deviceName()))
                                        .thenComparing(VolumeOwner::deviceName))
                        .toList();
        List<GuestSpec.Volume> disks = new ArrayList<>();
        for (VolumeOwner owner : its) {
            disks.add(
                    owner.disk()
                            .orElseThrow(
                                    () -> PartsException.waitingFor("the volume " + owner.id())));
        }
        return disks;
    }

    private boolean hasGuestsOf(String vpcId) {
        return instances.ids().stream().anyMatch(id -> isMember(id, vpcId) && !isAbsent(id));
    }

    private boolean isMember(String instanceId, String vpcId) {
        return tools
                .ledger()
                .entry(instanceId)
                .map(entry -> entry.getDesired().getInstance().getNicsList())
                .orElse(List.of())
                .stream()
                .map(NicSpec::getVpcId)
                .anyMatch(vpcId::equals);
    }

    private boolean isAbsent(String instanceId) {
        return tools.observations()
                .latest(instanceId)
                .filter(seen ->
                        seen.getInstance().getPhase() == InstanceObservation.Phase.PHASE_ABSENT)
                .isPresent();
    }

    /** A thing of any kind is gone. */
    @Override
    public void forgotten(String id) {
        kinds.values().forEach(owners -> owners.remove(id));
        gone.accept(id);
    }

    @Override
    public void observed(InstanceObservation seen) {
        switch (seen.getPhase()) {
            case PHASE_RUNNING, PHASE_STOPPED, PHASE_FAILED, PHASE_ABSENT -> reached(seen);
            case PHASE_STARTING, PHASE_STOPPING, PHASE_UNSPECIFIED, UNRECOGNIZED -> {}
        }
        tools.observations().observed(seen);
        if (seen.getPhase() != InstanceObservation.Phase.PHASE_STARTING) {
            volumes.all().stream()
                    .filter(owner -> owner.isConcernedBy(seen.getInstanceId()))
                    .forEach(VolumeOwner::look);
        }
    }

    private void reached(InstanceObservation seen) {
        Ledger ledger = tools.ledger();
        try {
            ledger.reached(seen);
        } catch (IOException e) {
            LOG.warn("{}: how far it came is not in the ledger", seen.getInstanceId(), e);
        }
    }

    /** Stops owning. An import goes on to its end, which is not waited for. */
    @Override
    public void close() throws InterruptedException {
        kinds.values().forEach(Owners::close);
        instances.join(END_WITHIN);
        vpcs.join(END_WITHIN);
    }
}
