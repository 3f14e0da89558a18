@NullMarked
package io.brume.control.reconcile;

import org.jspecify.annotations.NullMarked;
