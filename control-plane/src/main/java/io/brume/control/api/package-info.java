/**
 * The front doors: what every AWS call passes between the socket and the handler of its noun.
 *
 * <p>A call is routed, authenticated, authorized, validated, handled and recorded, in this order
 * and for every service alike. Services see a {@link io.brume.control.api.CallContext} and typed
 * requests; they know nothing of HTTP or signatures. No Raft, RocksDB or agent type may appear
 * here, and nothing but the composition root depends on a front door.
 */
@NullMarked
package io.brume.control.api;

import org.jspecify.annotations.NullMarked;
