/**
 * Reed-Solomon codes over GF(2^8): of k cells m more are computed, and from any k of them the
 * others. Only bytes and numbers: nothing here knows of blobs or nodes.
 */
@NullMarked
package io.brume.storage.object.erasure;

import org.jspecify.annotations.NullMarked;
