package io.brume.common.policy;

/** What a statement that applies does. */
public enum Effect {
    ALLOW,
    DENY
}
