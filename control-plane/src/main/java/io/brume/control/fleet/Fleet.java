package io.brume.control.fleet;

import io.brume.control.domain.NodeId;
import io.brume.proto.node.v1.Desired;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The port to the hosts of the cloud.
 *
 * <p>Level-triggered: {@link #desire} says how a thing should be, and the fleet sees to it that its
 * host learns the latest word, now or when it next connects. The desired state is held in memory
 * only; after a start of the control plane the reconcilers publish everything again and then call
 * {@link #open()}. Until then no host is told its desired state, so that a restarted control plane
 * never makes a host drop what it merely has not heard of yet.
 *
 * <p>Thread-safe. No method blocks, except where it says so.
 */
public interface Fleet {
    /** Most bytes that {@link #consoleOutput} returns. */
    int MAX_CONSOLE_BYTES = 65_536;

    /**
     * Says how a thing should be on a host; the thing's id is in its spec. A generation that is not
     * above the one already held for this id changes nothing. The host need not be connected, nor
     * even have joined.
     *
     * @throws IllegalArgumentException when the message holds no thing, or one without an id
     */
    void desire(NodeId node, Desired thing);

    /**
     * A host need not have a thing any more. What is left of it there is removed: an instance is
     * terminated, so publish {@code POWER_ABSENT} and await {@code PHASE_ABSENT} first.
     */
    void release(NodeId node, String id);

    /**
     * Everything has been published: from now on hosts are told their desired state. Idempotent.
     */
    void open();

    /**
     * Hears of everything that happens on every host from now on. Events of one host come one at a
     * time and in order; those of several come at once from several threads. A listener must return
     * at once (no I/O, no waiting): until it does, nothing more is read from that host. It may call
     * every method of the fleet. What it throws is logged and closes the session of that host,
     * which then starts over with a full observation.
     *
     * <p>Call it before hosts connect; the sessions of those that are connected already start over,
     * so that the new listener misses nothing.
     */
    void listen(Consumer<FleetEvent> listener);

    /** The hosts that have a session now, and what each said of itself when it opened it. */
    Map<NodeId, FleetEvent.Connected> connected();

    /**
     * Closes the session of a host, if it has one. When the node directory no longer admits it, it
     * stays away.
     */
    void disconnect(NodeId node);

    /**
     * The end of what an instance wrote to its serial console.
     *
     * @param maxBytes 1 to {@link #MAX_CONSOLE_BYTES}
     * @return completes within 10 seconds, exceptionally with a {@link io.brume.common.aws.Fault}
     *     of category {@code UNAVAILABLE} when the host cannot be reached or does not answer,
     *     {@code CONFLICT} (code {@code IncorrectInstanceState}) when it answered that it cannot
     */
    CompletableFuture<byte[]> consoleOutput(NodeId node, String instanceId, int maxBytes);

    /** The screen of an instance as a JPEG picture. Completes as {@link #consoleOutput} does. */
    CompletableFuture<byte[]> screenshot(NodeId node, String instanceId);

    /**
     * Joins the serial console of an instance. Blocks until the host has joined it, at most 10
     * seconds: call it from a virtual thread.
     *
     * @throws io.brume.common.aws.Fault as {@link #consoleOutput} completes
     */
    ConsoleChannel openConsole(NodeId node, String instanceId);
}
