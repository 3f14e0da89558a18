package io.brume.node.volume;

/** A token bucket that holds what a second brings. On the loop. */
final class RateLimit {
    private static final long SECOND = 1_000_000_000L;
    private long perSecond;
    // In billionths of a token, so that slow rates lose nothing to rounding.
    private double tokens;
    private long lastNanos;

    /**
     * @param perSecond 0 = unlimited
     */
    RateLimit(long perSecond, long nowNanos) {
        this.perSecond = perSecond;
        this.tokens = perSecond;
        this.lastNanos = nowNanos;
    }

    void change(long tokensPerSecond) {
        if (perSecond != tokensPerSecond) {
            perSecond = tokensPerSecond;
            tokens = Math.min(tokens, tokensPerSecond);
        }
    }

    /** How long to wait until something may be taken; 0 = it may. Nanoseconds. */
    long pauseNanos(long nowNanos) {
        if (perSecond == 0) {
            return 0;
        }
        double brought = (double) (nowNanos - lastNanos) / SECOND * perSecond;
        tokens = Math.min(perSecond, tokens + brought);
        lastNanos = nowNanos;
        return tokens > 0 ? 0 : Math.max(1, (long) Math.ceil(-tokens / perSecond * SECOND));
    }

    /**
     * Takes after {@link #pauseNanos} said 0; may go into debt, so that no request is too large.
     */
    void take(long amount) {
        if (perSecond != 0) {
            tokens -= amount;
        }
    }
}
