/** The data path of a volume with its real parts, from an NBD client to the disks of replicas. */
@NullMarked
package io.brume.cli.volume;

import org.jspecify.annotations.NullMarked;
