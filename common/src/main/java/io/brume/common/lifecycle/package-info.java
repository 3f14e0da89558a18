/** Starting and stopping the parts of a program in order. */
@NullMarked
package io.brume.common.lifecycle;

import org.jspecify.annotations.NullMarked;
