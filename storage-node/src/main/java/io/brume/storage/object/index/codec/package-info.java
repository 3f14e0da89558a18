/**
 * How the index's rows are keyed and stored. Knows what a row is, not when it may change: the
 * tables are here, what keeps them consistent is in {@code object.index}.
 */
@NullMarked
package io.brume.storage.object.index.codec;

import org.jspecify.annotations.NullMarked;
