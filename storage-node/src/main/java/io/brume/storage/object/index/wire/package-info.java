/**
 * The index over gRPC: each method a command, each answer an outcome. One end speaks, the other end
 * does; neither decides whom to ask.
 */
@NullMarked
package io.brume.storage.object.index.wire;

import org.jspecify.annotations.NullMarked;
