/**
 * How storage nodes ask each other for blobs: the contract {@code brume.object.v1.Blobs}, both
 * ends. Nothing here decides which node keeps what.
 */
@NullMarked
package io.brume.storage.object.wire;

import org.jspecify.annotations.NullMarked;
