package io.brume.control.scheduler;

/** Which of several hosts with room is the better one. */
public enum Strategy {
    /** The emptiest: losing a host costs least. */
    SPREAD,
    /** The fullest: whole hosts stay free for large instances. */
    PACK;

    /** Higher is better: the share of the scarcest resource that is left, or taken, afterwards. */
    double score(NodeView node, Demand demand) {
        var after = node.used().plus(demand.resources());
        double fill =
                Math.max(
                        share(after.vcpus(), node.total().vcpus()),
                        share(after.memoryMib(), node.total().memoryMib()));
        return switch (this) {
            case SPREAD -> -fill;
            case PACK -> fill;
        };
    }

    private static double share(long used, long total) {
        return total == 0 ? 0 : (double) used / total;
    }
}
