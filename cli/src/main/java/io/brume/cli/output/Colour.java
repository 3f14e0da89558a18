package io.brume.cli.output;

/** The few colours that mean something. */
enum Colour {
    NONE(""),
    GOOD("\u001b[32m"),
    CHANGING("\u001b[33m"),
    BAD("\u001b[31m"),
    HEADING("\u001b[1m");

    private final String begin;

    Colour(String begin) {
        this.begin = begin;
    }

    String begin() {
        return begin;
    }

    /** The colour of a state, whatever it is the state of. */
    static Colour ofState(String state) {
        return switch (state) {
            case "running", "available", "ready", "connected", "active", "completed", "ok" -> GOOD;
            case "pending",
                    "stopping",
                    "shutting-down",
                    "draining",
                    "joining",
                    "creating",
                    "deleting" ->
                    CHANGING;
            case "failed", "lost", "disconnected", "impaired", "unreachable", "error" -> BAD;
            default -> NONE;
        };
    }
}
