/** Measures the store; run by {@code bench/store.sh}. */
@NullMarked
package io.brume.control.store.bench;

import org.jspecify.annotations.NullMarked;
