/** The commands of the noun {@code bucket}. */
@NullMarked
package io.brume.cli.command.bucket;

import org.jspecify.annotations.NullMarked;
