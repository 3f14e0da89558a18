/** Instances: ids now, states and life cycle with the operations that drive them. */
@NullMarked
package io.brume.control.domain.instance;

import org.jspecify.annotations.NullMarked;
