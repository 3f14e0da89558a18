/**
 * Virtual machines by QEMU, over QMP: one process per guest, which outlives the agent. The one
 * place that knows QEMU's arguments ({@link io.brume.node.instance.qemu.QemuCommand}) and its
 * protocol ({@link io.brume.node.instance.qemu.QmpMessage}).
 *
 * <p>How a guest's end stays known while no agent looks: QEMU runs with {@code -action
 * shutdown=pause}, so that a guest that shuts itself down leaves a paused process that says so; an
 * order of the agent to stop is written down before it is given; a process that is gone without
 * either has failed, or went with the host, which the boot id tells.
 */
@NullMarked
package io.brume.node.instance.qemu;

import org.jspecify.annotations.NullMarked;
