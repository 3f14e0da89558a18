/**
 * The nouns of the object store, in plain Java: immutable, and valid once made. Nothing here knows
 * where anything is kept or how it travels.
 */
@NullMarked
package io.brume.storage.object.model;

import org.jspecify.annotations.NullMarked;
