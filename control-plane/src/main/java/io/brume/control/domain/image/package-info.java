/**
 * Images (AMIs) and the tasks that import them. Pure values and rules; nothing here reads a disk.
 */
@NullMarked
package io.brume.control.domain.image;

import org.jspecify.annotations.NullMarked;
