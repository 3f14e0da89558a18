package io.brume.control.domain.volume;

import java.util.Optional;

/** A copy of a volume on its way to becoming another one. Used by one thread, then dropped. */
final class VolumeEdit {
    private final Volume from;
    private VolumeConfiguration configuration;
    private boolean autoEnableIo;
    private VolumeState state;
    private Optional<VolumeAttachment> attachment;
    private Placement placement;
    private Optional<Modification> modification;
    private String problem;
    private Optional<Filling> filling;
    private Optional<Serving> serving;

    VolumeEdit(Volume from) {
        this.from = from;
        this.configuration = from.configuration();
        this.autoEnableIo = from.autoEnableIo();
        this.state = from.state();
        this.attachment = from.attachment();
        this.placement = from.placement();
        this.modification = from.modification();
        this.problem = from.problem();
        this.filling = from.filling();
        this.serving = from.serving();
    }

    VolumeEdit autoEnableIo(boolean value) {
        autoEnableIo = value;
        return this;
    }

    VolumeEdit apply(VolumeState.Event event) {
        state = state.next(event);
        return this;
    }

    VolumeEdit attachment(Optional<VolumeAttachment> value) {
        attachment = value;
        return this;
    }

    VolumeEdit placement(Placement value) {
        placement = value;
        return this;
    }

    VolumeEdit modification(Modification value) {
        configuration = value.to();
        modification = Optional.of(value);
        return this;
    }

    VolumeEdit problem(String value) {
        problem = value;
        return this;
    }

    VolumeEdit filling(Optional<Filling> value) {
        filling = value;
        return this;
    }

    VolumeEdit serving(Optional<Serving> value) {
        serving = value;
        return this;
    }

    Volume done() {
        return new Volume(
                from.id(),
                from.account(),
                from.created(),
                from.zone(),
                from.snapshot(),
                configuration,
                autoEnableIo,
                state,
                attachment,
                placement,
                modification,
                problem,
                from.encryption(),
                filling,
                from.hidden(),
                serving);
    }
}
