/**
 * The region's object store as the control plane knows it: who keeps its index, and who keeps which
 * blobs. Buckets and objects are not here: storage nodes know them.
 */
@NullMarked
package io.brume.control.domain.object;

import org.jspecify.annotations.NullMarked;
