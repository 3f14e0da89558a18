/** Undoing what was half done to a host. */
@NullMarked
package io.brume.common.rollback;

import org.jspecify.annotations.NullMarked;
