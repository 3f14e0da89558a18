/** Tags, their limits, and the types of resource that can carry them. */
@NullMarked
package io.brume.control.domain.tag;

import org.jspecify.annotations.NullMarked;
