/** Commands for snapshots of volumes. */
@NullMarked
package io.brume.cli.command.snapshot;

import org.jspecify.annotations.NullMarked;
