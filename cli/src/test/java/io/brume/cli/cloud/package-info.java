/**
 * Whole clouds: the real programs as real processes, started by the launcher and driven with what
 * users have: {@code aws}, boto3, Terraform, {@code ssh}. A cloud that a test starts is one of its
 * own (folder, ports, name) and leaves nothing on the machine, which is asserted. Needs root, QEMU
 * and the build that Maven's package phase leaves in {@code target/dist}.
 */
@NullMarked
package io.brume.cli.cloud;

import org.jspecify.annotations.NullMarked;
