/**
 * Where the bytes of objects are: immutable blobs in placement groups, each kept in copies on the
 * group's storage nodes. A blob that the index does not name is garbage, whoever keeps it; so a
 * node that was away can only lack blobs or have too many, never have wrong ones.
 */
@NullMarked
package io.brume.storage.object.data;

import org.jspecify.annotations.NullMarked;
