@NullMarked
package io.brume.control.store.codec;

import org.jspecify.annotations.NullMarked;
