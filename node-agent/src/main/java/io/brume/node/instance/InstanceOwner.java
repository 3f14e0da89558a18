package io.brume.node.instance;

import static java.util.Objects.requireNonNull;

import io.brume.node.instance.InstancePlanner.Plan;
import io.brume.node.instance.InstanceState.Phase;
import io.brume.node.owner.Owner;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.InstanceSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns one instance: one virtual thread that drains one bounded queue of events, asks the {@link
 * InstancePlanner} what follows, and does that. Of what is wanted only the latest waits. The
 * methods that other threads call return at once.
 */
public final class InstanceOwner implements Owner {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceOwner.class);
    private static final int MAX_WAITING_EVENTS = 64;

    /** What owners share. */
    public record Tools(
            Hypervisor hypervisor,
            GuestParts parts,
            InstanceReports reports,
            InstanceOptions options,
            Semaphore startSlots,
            BiConsumer<Duration, Runnable> timer) {}

    private final String instanceId;
    private final Tools tools;
    private final BlockingQueue<InstanceEvent> events =
            new ArrayBlockingQueue<>(MAX_WAITING_EVENTS);
    private final AtomicReference<@Nullable Desired> latest = new AtomicReference<>();
    private final AtomicBoolean poked = new AtomicBoolean();
    private final Thread thread;
    private volatile boolean released;
    private volatile boolean closed;

    // Only the owner's thread touches what follows.
    private InstanceState state;
    private InstanceSpec spec;

    /** An owner that does nothing before {@link #start()}. */
    public InstanceOwner(
            String instanceId,
            Optional<GuestState> guest,
            Optional<InstanceObservation> reached,
            Optional<InstanceSpec> lastSpec,
            Tools tools) {
        this.instanceId = requireNonNull(instanceId);
        this.tools = requireNonNull(tools);
        this.state = Adoption.adopt(guest, reached, lastSpec);
        this.spec =
                lastSpec.orElseGet(
                        () -> InstanceSpec.newBuilder().setInstanceId(instanceId).build());
        this.thread = Thread.ofVirtual().name(instanceId).unstarted(this::run);
    }

    /** Tells how it found the instance, then deals with events. */
    @Override
    public void start() {
        if (state.phase() != Phase.NEW) {
            tools.reports().observed(InstanceWire.observation(instanceId, state));
        }
        thread.start();
    }

    @Override
    public void want(Desired desired) {
        released = false;
        latest.set(desired);
        poke();
    }

    @Override
    public void release() {
        released = true;
        poke();
    }

    /** What a start waits for may have come. */
    public void poke() {
        if (poked.compareAndSet(false, true)) {
            offer(new InstanceEvent.Retry());
        }
    }

    /** The guest's process ended. */
    public void exited(GuestExit exit) {
        offer(new InstanceEvent.Exited(exit));
    }

    private void offer(InstanceEvent event) {
        if (!events.offer(event)) {
            LOG.error("{}: {} is dropped, too many events wait", instanceId, event);
        }
    }

    @Override
    public void close() {
        closed = true;
        poke();
    }

    @Override
    public void join(Duration most) throws InterruptedException {
        thread.join(most);
    }

    private void run() {
        try {
            while (!closed && !isForgotten()) {
                InstanceEvent event = events.take();
                if (event instanceof InstanceEvent.Retry) {
                    poked.set(false);
                }
                takeUpWord();
                apply(event);
            }
        } catch (InterruptedException e) {
            LOG.debug("{}: its owner ends", instanceId);
        } catch (RuntimeException | Error e) {
            LOG.error("{}: its owner met a bug and looks after it no more", instanceId, e);
            throw e;
        }
        if (isForgotten()) {
            tools.reports().forgotten(instanceId);
        }
    }

    private boolean isForgotten() {
        return released && state.phase() == Phase.ABSENT && latest.get() == null;
    }

    private void takeUpWord() {
        Desired word = latest.getAndSet(null);
        if (word != null) {
            InstanceWant want = InstanceWire.want(word);
            InstanceWant held = state.want();
            if (held == null || want.generation() >= held.generation()) {
                spec = word.getInstance();
                describe();
            }
            apply(new InstanceEvent.Wanted(want));
        }
        InstanceWant held = state.want();
        if (released && (held == null || held.power() != InstanceWant.Power.ABSENT)) {
            long generation = held == null ? 0 : held.generation();
            apply(
                    new InstanceEvent.Wanted(
                            new InstanceWant(generation, InstanceWant.Power.ABSENT, 0, 0, false)));
        }
    }

    private void describe() {
        if (spec.getPower() != InstanceSpec.Power.POWER_ABSENT) {
            tools.parts().describe(spec);
        }
    }

    /** Deals with an event and with all that follows from it at once. */
    void apply(InstanceEvent first) {
        Deque<InstanceEvent> pending = new ArrayDeque<>();
        pending.add(first);
        while (!pending.isEmpty() && !closed) {
            Plan plan = InstancePlanner.next(state, pending.remove());
            become(plan.state());
            for (InstanceStep step : plan.steps()) {
                InstanceEvent result = take(step);
                if (result != null) {
                    pending.add(result);
                }
            }
        }
    }

    private void become(InstanceState next) {
        if (next.equals(state)) {
            return;
        }
        if (next.phase() != state.phase()) {
            LOG.info(
                    "{}: {} -> {}{}",
                    instanceId,
                    state.phase(),
                    next.phase(),
                    next.reason().isEmpty() ? "" : " (" + next.reason() + ")");
        }
        state = next;
        tools.reports().observed(InstanceWire.observation(instanceId, state));
    }

    private @Nullable InstanceEvent take(InstanceStep step) {
        return switch (step) {
            case InstanceStep.Start(long runEpoch, long rebootEpoch) ->
                    start(runEpoch, rebootEpoch);
            case InstanceStep.PowerDown(long runEpoch) -> powerDown(runEpoch);
            case InstanceStep.Kill(long runEpoch) -> kill(runEpoch);
            case InstanceStep.Reset(long rebootEpoch) -> reset(rebootEpoch);
            case InstanceStep.Remove() -> remove();
            case InstanceStep.Pause(int failures) -> {
                tools.timer().accept(tools.options().pauseAfter(failures), this::poke);
                yield null;
            }
        };
    }

    private @Nullable InstanceEvent start(long runEpoch, long rebootEpoch) {
        try {
            tools.startSlots().acquire();
        } catch (InterruptedException e) {
            return interrupted();
        }
        try {
            tools.hypervisor().start(tools.parts().assemble(spec));
            return new InstanceEvent.Started(runEpoch, rebootEpoch);
        } catch (PartsException e) {
            String reason = String.valueOf(e.getMessage());
            return e.isLasting()
                    ? new InstanceEvent.StartFailed(reason, true)
                    : new InstanceEvent.StartWaits(reason);
        } catch (IOException e) {
            return closed ? interrupted() : new InstanceEvent.StartFailed(words("start", e), false);
        } finally {
            tools.startSlots().release();
        }
    }

    private @Nullable InstanceEvent powerDown(long runEpoch) {
        try {
            tools.hypervisor().powerDown(instanceId);
            tools.timer()
                    .accept(
                            tools.options().stopWithin(),
                            () -> offer(new InstanceEvent.StopOverdue(runEpoch)));
            return null;
        } catch (IOException e) {
            return new InstanceEvent.StopFailed(words("stop", e));
        }
    }

    private InstanceEvent kill(long runEpoch) {
        try {
            tools.hypervisor().kill(instanceId);
            return new InstanceEvent.Killed(runEpoch);
        } catch (IOException e) {
            return new InstanceEvent.StopFailed(words("end", e));
        }
    }

    private InstanceEvent reset(long rebootEpoch) {
        try {
            tools.hypervisor().reset(instanceId);
            return new InstanceEvent.Rebooted(rebootEpoch);
        } catch (IOException e) {
            return new InstanceEvent.RebootFailed(words("reboot", e));
        }
    }

    private InstanceEvent remove() {
        try {
            tools.hypervisor().destroy(instanceId);
            tools.parts().remove(spec);
            return new InstanceEvent.Removed();
        } catch (IOException e) {
            return new InstanceEvent.RemoveFailed(words("remove", e));
        }
    }

    private String words(String what, IOException failure) {
        LOG.warn("{}: cannot {} it: {}", instanceId, what, failure.toString());
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    private static @Nullable InstanceEvent interrupted() {
        Thread.currentThread().interrupt();
        return null;
    }
}
