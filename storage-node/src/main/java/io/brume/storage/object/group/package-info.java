/**
 * Keeps each blob on all nodes of its placement group: writes to them together, reads from the
 * nearest, and brings a node that was away up to date. Asks whoever knows objects which blobs are
 * still named; knows none itself.
 */
@NullMarked
package io.brume.storage.object.group;

import org.jspecify.annotations.NullMarked;
