/** Small concurrent parts that the JDK lacks. Every queue here has a stated bound. */
@NullMarked
package io.brume.common.concurrent;

import org.jspecify.annotations.NullMarked;
