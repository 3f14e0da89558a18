@NullMarked
package io.brume.control.domain.image;

import org.jspecify.annotations.NullMarked;
