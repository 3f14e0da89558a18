/**
 * Key pairs: their values, the texts that clients keep, and AWS's fingerprints. A private key is
 * made here, given to the caller once, and never stored.
 */
@NullMarked
package io.brume.control.domain.keypair;

import org.jspecify.annotations.NullMarked;
