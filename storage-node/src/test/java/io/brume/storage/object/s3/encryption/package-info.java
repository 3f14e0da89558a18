/** Tests of the encryption of objects. */
@NullMarked
package io.brume.storage.object.s3.encryption;

import org.jspecify.annotations.NullMarked;
