/**
 * What every call to the object store passes: address → signature → operation → answer, and what
 * people are told when that fails.
 */
@NullMarked
package io.brume.storage.object.s3.door;

import org.jspecify.annotations.NullMarked;
