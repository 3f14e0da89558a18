/**
 * The control plane as a program: its settings, its first start, and the one place where its parts
 * are put together.
 */
@NullMarked
package io.brume.control;

import org.jspecify.annotations.NullMarked;
