/**
 * Looks for damage before somebody needs what is damaged: reads everything that the node keeps, at
 * a bounded rate. It mends chunks of snapshots itself; blocks of volumes are for their coordinator,
 * which alone knows whose copy is right.
 */
@NullMarked
package io.brume.storage.scrub;

import org.jspecify.annotations.NullMarked;
