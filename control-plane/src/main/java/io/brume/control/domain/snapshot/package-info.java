/** Snapshots of volumes: what they are and who may use them. */
@NullMarked
package io.brume.control.domain.snapshot;

import org.jspecify.annotations.NullMarked;
