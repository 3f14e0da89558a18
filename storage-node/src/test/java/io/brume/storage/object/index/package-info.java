/** The index against models of S3, and case by case. */
@NullMarked
package io.brume.storage.object.index;

import org.jspecify.annotations.NullMarked;
