/**
 * Virtual machines by QEMU, over QMP. The one place that knows QEMU's arguments and its protocol.
 */
@NullMarked
package io.brume.node.instance.qemu;

import org.jspecify.annotations.NullMarked;
