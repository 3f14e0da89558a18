package io.brume.node;

import static java.util.Objects.requireNonNull;

import io.brume.node.instance.GuestSpec;
import io.brume.node.instance.Hypervisor;
import io.brume.node.owner.LatestWord;
import io.brume.node.volume.VolumeStatus;
import io.brume.node.volume.Volumes;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.VolumeObservation;
import io.brume.proto.node.v1.VolumeObservation.Phase;
import io.brume.proto.node.v1.VolumeSpec;
import io.brume.session.Observations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one volume as it is desired: open at its replicas, and plugged into the guest that is to
 * have it, and into no other; or served to a client from outside.
 *
 * <p>What concerns the replicas waits for no guest: a word goes to the coordinator as it comes, and
 * what the coordinator says is reported as it comes. A report has the generation of the word that
 * both the coordinator and the guests have followed.
 */
final class VolumeOwner extends LatestWord {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeOwner.class);

    /**
     * What owners of volumes share.
     *
     * @param ready told when a volume can be used, by the id of its instance; empty when it has
     *     none
     */
    record Tools(
            Volumes volumes,
            Hypervisor hypervisor,
            Observations observations,
            VolumeFilling.Tools filling,
            Consumer<String> ready,
            Consumer<String> gone,
            RandomGenerator random) {}

    /** Where a volume is, as far as guests are concerned. */
    private enum Place {
        /** Where it is to be. */
        SETTLED,
        /** It waits for its replicas, or for a guest to take it. */
        WAITING,
        /** A guest has it that should not. */
        HELD
    }

    /** What of a status matters to guests. */
    private record Fit(VolumeStatus.Phase phase, long sizeBytes, boolean whole) {
        static Fit of(VolumeStatus status) {
            return new Fit(status.phase(), status.sizeBytes(), status.failedNodeIds().isEmpty());
        }
    }

    private final Tools tools;
    private final Object reporting = new Object();
    private final VolumeFilling filling;
    private final VolumeLending lending;
    private volatile @Nullable Desired last;
    private volatile Optional<GuestSpec.Volume> disk = Optional.empty();
    private volatile Place place = Place.WAITING;
    private volatile long placedGeneration;
    private volatile String problem = "";
    private volatile Optional<VolumeStatus> placedStatus = Optional.empty();

    /**
     * @param lastWord how it was last desired, before this agent was started
     */
    VolumeOwner(String volumeId, Optional<Desired> lastWord, Tools tools) {
        super(volumeId, tools.random());
        this.tools = requireNonNull(tools);
        this.filling = new VolumeFilling(volumeId, tools.filling(), this::filled);
        this.lending = new VolumeLending(volumeId, tools.volumes(), this::look);
        this.last = lastWord.orElse(null);
    }

    private void filled() {
        report();
        if (!filling.isUnderWay()) {
            look();
        }
    }

    /** Whether an instance is to have it. */
    boolean isFor(String instanceId) {
        Desired word = last;
        return word != null && word.getVolume().getInstanceId().equals(instanceId);
    }

    /** Whether it matters to this volume that an instance has started or ended. */
    boolean isConcernedBy(String instanceId) {
        return isFor(instanceId) || place == Place.HELD;
    }

    String deviceName() {
        Desired word = last;
        return word == null ? "" : word.getVolume().getDeviceName();
    }

    /** Whether something is to be copied into it that is not there yet. */
    boolean isToBeFilled() {
        Desired word = last;
        return word != null && isToBeFilled(word.getVolume());
    }

    private boolean isToBeFilled(VolumeSpec spec) {
        return spec.hasFill() && !filling.isDone(spec.getFill());
    }

    /**
     * The volume for somebody who copies it, unless it cannot be read now or somebody has it. It
     * stays served until it is let go of.
     *
     * @throws IOException when it cannot be served
     */
    Optional<VolumeFilling.Held> lend() throws IOException {
        Desired word = last;
        if (word == null
                || !word.getVolume().getInstanceId().isEmpty()
                || word.getVolume().hasOutside()
                || isToBeFilled(word.getVolume())
                || tools.volumes().status(id).filter(VolumeOwner::isUsable).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(lending.lend());
    }

    /** Copies nothing into it any more. */
    void stopFilling() throws InterruptedException {
        try {
            filling.stop();
        } catch (IOException e) {
            LOG.warn("{}", id, e);
        }
    }

    /** The disk for its guest, once it can be read and written. */
    Optional<GuestSpec.Volume> disk() {
        return tools.volumes().status(id).filter(VolumeOwner::isUsable).flatMap(_ -> disk);
    }

    private static boolean isUsable(VolumeStatus status) {
        return status.phase() == VolumeStatus.Phase.SERVING && status.failedNodeIds().isEmpty();
    }

    /** Looks again whether all is as desired. */
    void look() {
        Desired word = last;
        if (word != null) {
            wantAgain(word);
        }
    }

    /** The coordinator has something to tell. */
    void changed() {
        report();
        Optional<VolumeStatus> now = tools.volumes().status(id);
        if (!now.map(Fit::of).equals(placedStatus.map(Fit::of))) {
            look();
        }
    }

    @Override
    protected void heard(Desired newer) {
        last = newer;
        try {
            tools.volumes().apply(Translation.want(newer.getVolume(), newer.getGeneration()));
        } catch (IOException | RuntimeException e) {
            LOG.debug("{}: is tried again by its own thread", id, e);
        }
    }

    @Override
    protected boolean apply(Desired desired, int attempt) {
        boolean settled;
        try {
            tools.volumes().apply(Translation.want(desired.getVolume(), desired.getGeneration()));
            settled = place(desired);
            problem = "";
        } catch (IOException | RuntimeException e) {
            LOG.warn("{}: is not as desired (attempt {}): {}", id, attempt, e.toString());
            LOG.debug("{}", id, e);
            problem = Translation.words(e);
            place = place == Place.HELD ? Place.HELD : Place.WAITING;
            settled = false;
        }
        placedGeneration = desired.getGeneration();
        report();
        return settled;
    }

    private boolean place(Desired desired) throws IOException {
        VolumeSpec spec = desired.getVolume();
        boolean severed = false;
        for (String holder : tools.hypervisor().holders(id)) {
            if (holder.equals(spec.getInstanceId())) {
                continue;
            }
            place = Place.HELD;
            if (!letsGo(holder, spec, spec.getForceDetach())) {
                if (!spec.getForceDetach()) {
                    return false;
                }
                sever(holder, spec);
                severed = true;
            }
        }
        if (severed) {
            tools.volumes().release(id);
            tools.volumes().apply(Translation.want(spec, desired.getGeneration()));
        }
        Optional<VolumeStatus> status = tools.volumes().status(id);
        placedStatus = status;
        boolean outside = spec.hasOutside() && !isToBeFilled(spec);
        if (!outside) {
            tools.volumes().withdrawOutside(id);
        }
        if (isToBeFilled(spec)) {
            return fill(desired, status);
        }
        if (spec.getInstanceId().isEmpty()) {
            disk = Optional.empty();
            lending.withdraw();
            place = outside && !letIn(spec, status) ? Place.WAITING : Place.SETTLED;
            tools.ready().accept("");
            return true;
        }
        return give(spec, status);
    }

    /** Whether the client from outside has it now; its requests wait as a guest's do. */
    private boolean letIn(VolumeSpec spec, Optional<VolumeStatus> status) throws IOException {
        if (status.filter(now -> now.phase() == VolumeStatus.Phase.FAILED).isPresent()) {
            tools.volumes().withdrawOutside(id);
            return false;
        }
        tools.volumes().offerOutside(id, Translation.offer(spec.getOutside()));
        return status.filter(now -> now.phase() == VolumeStatus.Phase.SERVING).isPresent();
    }

    /** Before it has its contents nobody gets it. */
    private boolean fill(Desired desired, Optional<VolumeStatus> status) throws IOException {
        VolumeSpec spec = desired.getVolume();
        disk = Optional.empty();
        Path socket = tools.volumes().offer(id);
        if (status.filter(VolumeOwner::isUsable).isPresent()) {
            filling.begin(desired.getGeneration(), spec.getFill(), socket);
        }
        place = spec.getInstanceId().isEmpty() ? Place.SETTLED : Place.WAITING;
        return true; // It tells when it has changed, and whoever has the contents does.
    }

    private boolean give(VolumeSpec spec, Optional<VolumeStatus> status) throws IOException {
        Path socket = tools.volumes().offer(id);
        if (status.filter(now -> now.phase() == VolumeStatus.Phase.SERVING).isEmpty()) {
            place = Place.WAITING;
            return true; // It tells when it has changed.
        }
        if (!status.get().failedNodeIds().isEmpty()) {
            // While its requests wait, QEMU would wait for them with everything else it does.
            boolean plugged = tools.hypervisor().holders(id).contains(spec.getInstanceId());
            place = plugged ? Place.SETTLED : Place.WAITING;
            return true;
        }
        var given = new GuestSpec.Volume(id, socket, status.get().sizeBytes());
        disk = Optional.of(given);
        tools.hypervisor().attach(spec.getInstanceId(), given);
        place = Place.SETTLED;
        tools.ready().accept(spec.getInstanceId());
        return true;
    }

    /** A guest whose disk does not answer may be unable to answer itself. */
    private boolean letsGo(String holder, VolumeSpec spec, boolean force) throws IOException {
        try {
            return tools.hypervisor().detach(holder, served(spec));
        } catch (IOException e) {
            if (!force) {
                throw e;
            }
            LOG.warn("{}: {} cannot be asked to let go of it: {}", id, holder, e.toString());
            return false;
        }
    }

    /** The disk for a guest that is to let go of it, and may have something to write before. */
    private GuestSpec.Volume served(VolumeSpec spec) throws IOException {
        return new GuestSpec.Volume(id, tools.volumes().offer(id), spec.getSizeBytes());
    }

    private void sever(String holder, VolumeSpec spec) throws IOException {
        Path socket = tools.volumes().fail(id, spec.getSizeBytes());
        tools.hypervisor().sever(holder, new GuestSpec.Volume(id, socket, spec.getSizeBytes()));
    }

    /**
     * Tells how it is. One at a time, since it is told by two threads: otherwise the older of two
     * reports could be the one that stays.
     */
    private void report() {
        synchronized (reporting) {
            reportNow();
        }
    }

    private void reportNow() {
        Desired word = last;
        if (word == null) {
            return;
        }
        Optional<VolumeStatus> status = tools.volumes().status(id);
        VolumeObservation.Builder seen =
                status.map(Translation::observation)
                        .orElseGet(() ->
                                VolumeObservation.newBuilder()
                                        .setVolumeId(id)
                                        .setGeneration(placedGeneration)
                                        .setEpoch(word.getVolume().getEpoch()));
        if (!problem.isEmpty()) {
            seen.setReason(problem);
        }
        tools.volumes().outside(id).map(Translation::observation).ifPresent(seen::setOutside);
        if (word.getVolume().hasFill()) {
            seen.setFill(filling.progress(word.getVolume().getFill()));
        }
        tools.observations()
                .observed(
                        seen.setGeneration(Math.min(seen.getGeneration(), placedGeneration))
                                .setPhase(phase(status))
                                .build());
    }

    private Phase phase(Optional<VolumeStatus> status) {
        if (status.isEmpty()) {
            return problem.isEmpty() ? Phase.PHASE_OPENING : Phase.PHASE_FAILED;
        }
        if (status.get().phase() == VolumeStatus.Phase.FAILED) {
            return Phase.PHASE_FAILED;
        }
        return switch (place) {
            case HELD -> Phase.PHASE_DETACHING;
            case WAITING -> Phase.PHASE_OPENING;
            case SETTLED ->
                    status.get().phase() == VolumeStatus.Phase.SERVING
                            ? Phase.PHASE_SERVING
                            : Phase.PHASE_OPENING;
        };
    }

    /** Nobody wants it here any more, so a guest that does not let go of it loses it. */
    @Override
    protected void remove() throws IOException, InterruptedException {
        filling.forget();
        VolumeSpec spec =
                Optional.ofNullable(last)
                        .map(Desired::getVolume)
                        .orElseGet(VolumeSpec::getDefaultInstance);
        for (String holder : tools.hypervisor().holders(id)) {
            boolean isHere = tools.volumes().status(id).isPresent();
            if (!isHere || !letsGo(holder, spec, true)) {
                sever(holder, spec);
            }
        }
        disk = Optional.empty();
        tools.volumes().release(id);
    }

    @Override
    protected void removed() {
        tools.gone().accept(id);
    }
}
