package io.brume.node.volume;

/** A token bucket that holds what a second brings. On the loop. */
final class RateLimit {
    private static final long SECOND = 1_000_000_000L;
    private long perSecond;
    private double tokens;
    private long lastNanos;

    /**
     * @param perSecond 0 = unlimited
     */
    RateLimit(long perSecond, long nowNanos) {
        this.perSecond = perSecond;
        this.tokens = (double) perSecond;
        this.lastNanos = nowNanos;
    }

    void change(long tokensPerSecond) {
        if (perSecond != tokensPerSecond) {
            perSecond = tokensPerSecond;
            tokens = Math.min(tokens, (double) tokensPerSecond);
        }
    }

    /** How long to wait until something may be taken; 0 = it may. Nanoseconds. */
    long pauseNanos(long nowNanos) {
        if (perSecond == 0) {
            return 0;
        }
        double brought = (double) (nowNanos - lastNanos) / SECOND * (double) perSecond;
        tokens = Math.min((double) perSecond, tokens + brought);
        lastNanos = nowNanos;
        return tokens > 0
                ? 0
                : Math.max(1, (long) Math.ceil(-tokens / (double) perSecond * SECOND));
    }

    /**
     * Takes after {@link #pauseNanos} said 0; may go into debt, so that no request is too large.
     */
    void take(long amount) {
        if (perSecond != 0) {
            tokens -= (double) amount;
        }
    }
}
