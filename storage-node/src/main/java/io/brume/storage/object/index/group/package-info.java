/**
 * The storage nodes that keep the index, as the control plane names them: this node's member of
 * their group, who is in it, and how a call finds one that can serve it.
 */
@NullMarked
package io.brume.storage.object.index.group;

import org.jspecify.annotations.NullMarked;
