@NullMarked
package io.brume.control.domain.vpc;

import org.jspecify.annotations.NullMarked;
