/** Commands for volumes: disks that outlive instances and hosts. */
@NullMarked
package io.brume.cli.command.volume;

import org.jspecify.annotations.NullMarked;
