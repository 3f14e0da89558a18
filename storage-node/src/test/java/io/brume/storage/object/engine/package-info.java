/** Index, placement groups and blobs together, as programs that are killed. */
@NullMarked
package io.brume.storage.object.engine;

import org.jspecify.annotations.NullMarked;
