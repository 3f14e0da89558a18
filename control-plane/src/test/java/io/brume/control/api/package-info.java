/** Tests of the front doors over two toy services. */
@NullMarked
package io.brume.control.api;

import org.jspecify.annotations.NullMarked;
