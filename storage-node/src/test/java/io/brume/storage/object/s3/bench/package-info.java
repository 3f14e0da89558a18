/** A program that serves the object store from one node, for bench/object.sh. */
@NullMarked
package io.brume.storage.object.s3.bench;

import org.jspecify.annotations.NullMarked;
