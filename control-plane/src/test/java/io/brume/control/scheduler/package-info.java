@NullMarked
package io.brume.control.scheduler;

import org.jspecify.annotations.NullMarked;
