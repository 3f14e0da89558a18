/**
 * What a storage class means for an object's bytes: in how many copies they are kept, and that an
 * archive's are packed, so that somebody has to ask for a copy before they are read. What is packed
 * is what the disks would keep otherwise, encrypted or not: so it is moved and restored without any
 * key. Nothing here knows a request.
 */
@NullMarked
package io.brume.storage.object.archive;

import org.jspecify.annotations.NullMarked;
