/** Measures the index; run by {@code bench/index.sh}. */
@NullMarked
package io.brume.storage.object.index.bench;

import org.jspecify.annotations.NullMarked;
