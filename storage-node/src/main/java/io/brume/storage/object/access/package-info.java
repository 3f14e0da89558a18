/**
 * Whose a signature is: asks the control plane for what it can be verified with, and remembers that
 * for as long as it may. No secret of an access key ever comes here. The keys that accounts'
 * objects are encrypted with do. Nothing of either is written or logged.
 */
@NullMarked
package io.brume.storage.object.access;

import org.jspecify.annotations.NullMarked;
