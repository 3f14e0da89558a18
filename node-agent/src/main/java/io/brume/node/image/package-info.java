/** Images on this host: imported, converted, kept, and made into root disks. */
@NullMarked
package io.brume.node.image;

import org.jspecify.annotations.NullMarked;
