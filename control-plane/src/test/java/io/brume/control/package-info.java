@NullMarked
package io.brume.control;

import org.jspecify.annotations.NullMarked;
