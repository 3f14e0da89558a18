/** The host itself: facts, control groups, and the only place that starts a process. */
@NullMarked
package io.brume.node.host;

import org.jspecify.annotations.NullMarked;
