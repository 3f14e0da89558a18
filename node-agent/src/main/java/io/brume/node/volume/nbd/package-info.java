/**
 * Serves a volume as a network block device, so that QEMU and every NBD client can use it: the
 * fixed newstyle handshake, structured and simple replies. A server has one device and its loop;
 * all of its connections live on that loop, share the device, and nothing here waits. What a client
 * sends is believed in nothing: every length, count and time is bounded, and a client that breaks
 * the protocol loses its connection, and nobody else anything.
 *
 * <p>Source: doc/proto.md of the NetworkBlockDevice project. Extents are the context {@code
 * base:allocation}. Not offered: RESIZE (no client uses it; {@link
 * io.brume.node.volume.nbd.NbdServer#restartConnections} lets one that reconnects learn a new
 * size), extended headers.
 */
@NullMarked
package io.brume.node.volume.nbd;

import org.jspecify.annotations.NullMarked;
