/** Measures the store; run by {@code bench/store.sh}. */
@NullMarked
package io.brume.store.bench;

import org.jspecify.annotations.NullMarked;
