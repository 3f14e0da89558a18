/** What a program tells its operators: whether it is well, and its figures. */
@NullMarked
package io.brume.common.telemetry;

import org.jspecify.annotations.NullMarked;
