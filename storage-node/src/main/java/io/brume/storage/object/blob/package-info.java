/**
 * The bytes of objects on one node's disk: blobs, immutable, found again after a power cut once they
 * were acknowledged, and never given back torn or damaged. Knows no object, no index and no other
 * node.
 */
@NullMarked
package io.brume.storage.object.blob;

import org.jspecify.annotations.NullMarked;
