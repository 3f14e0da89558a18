package io.brume.control.domain.vpc;

/** Which way the traffic that a rule allows begins. */
public enum Direction {
    INGRESS,
    EGRESS
}
