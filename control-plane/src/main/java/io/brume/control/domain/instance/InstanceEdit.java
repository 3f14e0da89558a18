package io.brume.control.domain.instance;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.StateReason;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.vpc.NetworkInterfaceId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A copy of an instance on its way to becoming another one. Used by one thread, then dropped. */
public final class InstanceEdit {
    private final Instance from;
    private Instance.Settings settings;
    private InstanceState state;
    private Optional<StateReason> stateReason;
    private String transitionReason;
    private Optional<NodeId> node;
    private List<NetworkInterfaceId> interfaces;
    private long runEpoch;
    private long rebootEpoch;
    private boolean forceStop;
    private Instant startedAt;
    private Optional<Instant> stoppedAt;
    private Optional<Instant> terminatedAt;
    private Optional<ImageId> imaging;

    InstanceEdit(Instance from) {
        this.from = from;
        this.settings = from.settings();
        this.state = from.state();
        this.stateReason = from.stateReason();
        this.transitionReason = from.transitionReason();
        this.node = from.node();
        this.interfaces = from.interfaces();
        this.runEpoch = from.runEpoch();
        this.rebootEpoch = from.rebootEpoch();
        this.forceStop = from.forceStop();
        this.startedAt = from.startedAt();
        this.stoppedAt = from.stoppedAt();
        this.terminatedAt = from.terminatedAt();
        this.imaging = from.imaging();
    }

    public InstanceEdit settings(Instance.Settings value) {
        settings = value;
        return this;
    }

    public InstanceEdit state(InstanceState value) {
        state = value;
        return this;
    }

    /** Moves by an event; see {@link InstanceState#next}. */
    public InstanceEdit apply(InstanceState.Event event) {
        state = state.next(event);
        return this;
    }

    public InstanceEdit reason(StateReason value) {
        stateReason = Optional.of(value);
        return this;
    }

    public InstanceEdit noReason() {
        stateReason = Optional.empty();
        return this;
    }

    public InstanceEdit transitionReason(String value) {
        transitionReason = value;
        return this;
    }

    public InstanceEdit node(NodeId value) {
        node = Optional.of(value);
        return this;
    }

    /** No host has it any more. */
    public InstanceEdit noNode() {
        node = Optional.empty();
        return this;
    }

    public InstanceEdit interfaces(List<NetworkInterfaceId> value) {
        interfaces = value;
        return this;
    }

    /** One start more. */
    public InstanceEdit nextRun(Instant at) {
        runEpoch++;
        startedAt = at;
        stoppedAt = Optional.empty();
        forceStop = false;
        return this;
    }

    /** Its guest is to be down until what this image is made of is cut. */
    public InstanceEdit imaging(ImageId value) {
        imaging = Optional.of(value);
        return this;
    }

    /** Nothing keeps its guest down any more: one that is to run starts again. */
    public InstanceEdit imaged() {
        imaging = Optional.empty();
        if (state == InstanceState.RUNNING) {
            runEpoch++;
        }
        return this;
    }

    /** One reboot more. */
    public InstanceEdit nextReboot() {
        rebootEpoch++;
        return this;
    }

    public InstanceEdit forceStop(boolean value) {
        forceStop = value;
        return this;
    }

    public InstanceEdit stoppedAt(Instant value) {
        stoppedAt = Optional.of(value);
        return this;
    }

    public InstanceEdit terminatedAt(Instant value) {
        terminatedAt = Optional.of(value);
        return this;
    }

    /** The instance as it is now. */
    public Instance done() {
        return new Instance(
                from.id(),
                from.account(),
                from.launch(),
                settings,
                state,
                stateReason,
                transitionReason,
                node,
                interfaces,
                runEpoch,
                rebootEpoch,
                forceStop,
                startedAt,
                stoppedAt,
                terminatedAt,
                imaging);
    }
}
