package io.brume.node;

import static java.util.Objects.requireNonNull;

import io.brume.node.image.ImageStore;
import io.brume.node.instance.Hypervisor;
import io.brume.node.instance.InstanceOptions;
import io.brume.node.ledger.Ledger;
import io.brume.node.network.VpcNetwork;
import io.brume.node.owner.Owner;
import io.brume.node.volume.Volumes;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.LedgerEntry;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.NodeObservation;
import io.brume.session.Observations;
import io.brume.session.Questions;
import io.brume.session.SessionHost;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Keeps the host as it was last told, whether or not the control plane is there: each word goes
 * into the ledger, then to the owner of the thing. At the start it finds what is on the host and
 * takes up the ledger's words; what the ledger does not know stays as it is until the control plane
 * has told the whole desired state. Thread-safe.
 */
final class HostKeeper implements SessionHost, AutoCloseable {
    /** How often the host is looked at although nobody has told that anything has changed. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(30);

    private static final Duration HEAL_EVERY = Duration.ofMinutes(5);

    /** What the keeper works with. */
    record Tools(
            Hypervisor hypervisor,
            VpcNetwork network,
            ImageStore images,
            Volumes volumes,
            Ledger ledger,
            Observations observations,
            Supplier<NodeFacts> facts,
            Supplier<NodeObservation> vitals,
            InstanceOptions options,
            RandomGenerator random) {}

    private final Tools tools;
    private final HostThings things;
    private final LedgerIntake intake;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("instance-timer").factory());

    HostKeeper(String nodeId, Tools tools) {
        this.tools = requireNonNull(tools);
        this.things = new HostThings(nodeId, tools, this::gone, this::after);
        this.intake = new LedgerIntake(tools.ledger(), tools.observations(), things::isKept);
        tools.hypervisor().onExit(things::exited);
    }

    private void after(Duration pause, Runnable task) {
        var _ = timer.schedule(task, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void gone(String id) {
        intake.forget(id);
    }

    /** Finds what the host has, and takes up what it was last told. Called once. */
    synchronized void start() {
        things.adopt();
        every(LOOK_EVERY, this::tellEnds);
        every(HEAL_EVERY, things::heal);
        for (LedgerEntry entry : tools.ledger().entries().values()) {
            if (entry.hasDesired() && things.isKept(entry.getDesired())) {
                things.ownerOf(entry.getDesired()).want(entry.getDesired());
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
                .forEach(things::exited);
    }

    @Override
    public synchronized void desired(List<Desired> wanted) throws IOException {
        act(intake.takeState(wanted, things.ids()));
    }

    @Override
    public synchronized void changed(List<Change> changes) throws IOException {
        act(intake.take(changes));
    }

    private void act(List<Change> changes) {
        for (Change change : changes) {
            switch (change) {
                case Change.Wanted(Desired thing) -> things.ownerOf(thing).want(thing);
                case Change.Released(String id) -> release(id);
            }
        }
    }

    private void release(String id) {
        things.owner(id).ifPresentOrElse(Owner::release, () -> intake.forget(id));
    }

    @Override
    public NodeFacts facts() {
        return tools.facts().get();
    }

    @Override
    public NodeObservation vitals() {
        return tools.vitals().get();
    }

    /** What may be asked of the instances that this host has in hand. */
    Questions questions() {
        return new HostQuestions(tools.hypervisor(), things::hasInstance);
    }

    /** How many instances this host has in hand. */
    int instanceCount() {
        return things.instanceCount();
    }

    /** Stops keeping. Nothing on the host changes. */
    @Override
    public void close() throws InterruptedException {
        timer.shutdownNow();
        things.close();
    }
}
