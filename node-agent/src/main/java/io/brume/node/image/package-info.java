/**
 * Images on this host: fetched, checked, converted, kept, and brought into volumes.
 *
 * <p>What comes in is a stranger's: sources are confined ({@link
 * io.brume.node.image.SourcePolicy}), sizes and times are bounded, formats that can name other
 * files are looked through before any program opens them ({@link io.brume.node.image.DiskFormat}),
 * and qemu-img runs as a user that owns nothing, with limits. Nothing here knows a hypervisor,
 * beyond the kind of start an image wants, nor a volume, beyond its socket.
 */
@NullMarked
package io.brume.node.image;

import org.jspecify.annotations.NullMarked;
