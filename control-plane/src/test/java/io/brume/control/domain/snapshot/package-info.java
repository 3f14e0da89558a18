@NullMarked
package io.brume.control.domain.snapshot;

import org.jspecify.annotations.NullMarked;
