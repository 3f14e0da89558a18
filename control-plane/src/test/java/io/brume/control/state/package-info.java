@NullMarked
package io.brume.control.state;

import org.jspecify.annotations.NullMarked;
