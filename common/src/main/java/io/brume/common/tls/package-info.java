/**
 * Certificates for the talk between Brume's own programs: one small authority, one identity per
 * program, TLS 1.3 and nothing older. Cryptography is the JDK's; Bouncy Castle only writes the
 * ASN.1. Private keys are written to files that their owner alone can read, and never logged.
 */
@NullMarked
package io.brume.common.tls;

import org.jspecify.annotations.NullMarked;
