@NullMarked
package io.brume.control.domain.keypair;

import org.jspecify.annotations.NullMarked;
