@NullMarked
package io.brume.control.domain.instance;

import org.jspecify.annotations.NullMarked;
