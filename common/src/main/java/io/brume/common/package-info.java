/**
 * What every Brume program needs and no cloud noun: the packages below this one form a closed list,
 * and a new one needs a design note in {@code docs/design}.
 */
@NullMarked
package io.brume.common;

import org.jspecify.annotations.NullMarked;
