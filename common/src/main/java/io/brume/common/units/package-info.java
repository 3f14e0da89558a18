/** Quantities as types: never a bare {@code long} of unknown unit. */
@NullMarked
package io.brume.common.units;

import org.jspecify.annotations.NullMarked;
