/**
 * The object store: S3 for whoever holds a key. {@code model} has the nouns, {@code index} knows
 * which objects there are, {@code data} keeps their bytes, {@code s3} speaks to clients. An
 * object's bytes are on disks before the index names them, and the index alone says what exists.
 */
@NullMarked
package io.brume.storage.object;

import org.jspecify.annotations.NullMarked;
