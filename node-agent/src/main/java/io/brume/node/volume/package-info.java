/**
 * Block volumes that this host uses: one coordinator per volume orders its changes, sends them to
 * every replica, and serves the volume as a block device (docs/design/0002-block-volumes.md).
 * Everything of one volume happens on one thread, its {@link EventLoop}; nothing here waits on it.
 */
@NullMarked
package io.brume.node.volume;

import org.jspecify.annotations.NullMarked;
