/**
 * Contents of snapshots: chunks that are stored once however many snapshots have them, and the
 * manifests that say which. A manifest is complete in itself, and a chunk goes with the last that
 * names it. Knows nothing of the journal, and of a volume only its number.
 */
@NullMarked
package io.brume.storage.block.chunk;

import org.jspecify.annotations.NullMarked;
