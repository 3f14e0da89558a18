/** The object store's nouns. */
@NullMarked
package io.brume.storage.object.model;

import org.jspecify.annotations.NullMarked;
