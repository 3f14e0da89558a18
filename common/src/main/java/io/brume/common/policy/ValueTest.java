package io.brume.common.policy;

/** Holds one value of a request against one value of a policy. */
@FunctionalInterface
interface ValueTest {
    /** False for a value that is not of the type. */
    boolean holds(String value, Context context);
}
