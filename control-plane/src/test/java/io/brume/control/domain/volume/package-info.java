@NullMarked
package io.brume.control.domain.volume;

import org.jspecify.annotations.NullMarked;
