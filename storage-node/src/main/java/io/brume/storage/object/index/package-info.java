/**
 * Which buckets, objects and uploads there are: strictly serializable, replicated, and ordered by
 * key, so that a page of a list costs what the page costs. What is decided by conditions is decided
 * where it commits. Knows blobs by name only.
 */
@NullMarked
package io.brume.storage.object.index;

import org.jspecify.annotations.NullMarked;
