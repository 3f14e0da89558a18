/** The commands of the noun {@code object}. */
@NullMarked
package io.brume.cli.command.object;

import org.jspecify.annotations.NullMarked;
