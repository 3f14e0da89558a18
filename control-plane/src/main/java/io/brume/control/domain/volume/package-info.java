/**
 * Block volumes: what they are, how they change, and where their bytes lie. Rules only; placing and
 * repairing is decided by planners.
 */
@NullMarked
package io.brume.control.domain.volume;

import org.jspecify.annotations.NullMarked;
