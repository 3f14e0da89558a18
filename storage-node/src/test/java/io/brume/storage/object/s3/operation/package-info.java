/** Tests of the object store's front door. */
@NullMarked
package io.brume.storage.object.s3.operation;

import org.jspecify.annotations.NullMarked;
