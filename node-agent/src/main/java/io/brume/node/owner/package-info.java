/**
 * One owner per thing of the host: whoever changes a thing is its owner, so that nothing needs a
 * lock and the latest word wins. An owner is asked and told, never waited for; nothing here knows
 * what kinds of things there are.
 */
@NullMarked
package io.brume.node.owner;

import org.jspecify.annotations.NullMarked;
