/** Commands for nodes, the hosts that instances run on. */
@NullMarked
package io.brume.cli.command.node;

import org.jspecify.annotations.NullMarked;
