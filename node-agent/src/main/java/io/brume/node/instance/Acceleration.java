package io.brume.node.instance;

/**
 * How guests run on this host.
 *
 * @param kind {@code kvm}, {@code tcg} or {@code simulated}
 * @param reason why it is not KVM, for people; empty when it is
 * @param version the hypervisor's version
 */
public record Acceleration(String kind, String reason, String version) {}
