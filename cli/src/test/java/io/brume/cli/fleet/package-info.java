/** The real two ends of the talk between control plane and agents, over loopback. */
@NullMarked
package io.brume.cli.fleet;

import org.jspecify.annotations.NullMarked;
