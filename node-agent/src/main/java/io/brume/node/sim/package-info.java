/**
 * A simulated host: every port of the agent with scripted delays and faults, so that control-plane
 * tests and scale runs need no hypervisor. Product code, held to the same contract tests as the
 * real parts.
 */
@NullMarked
package io.brume.node.sim;

import org.jspecify.annotations.NullMarked;
