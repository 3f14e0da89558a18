/**
 * How storage nodes reach one another: gRPC over mutual TLS, each end by the certificate of its
 * session. What is said is of no concern here.
 */
@NullMarked
package io.brume.storage.peers;

import org.jspecify.annotations.NullMarked;
