/**
 * The stream to the control plane and the ledger: what this host was last told. Translates the wire
 * into the agent's own records, and decides nothing.
 */
@NullMarked
package io.brume.node.session;

import org.jspecify.annotations.NullMarked;
