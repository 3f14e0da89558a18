/** The index on several nodes of one program. */
@NullMarked
package io.brume.storage.object.index.group;

import org.jspecify.annotations.NullMarked;
