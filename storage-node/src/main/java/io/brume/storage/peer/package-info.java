/**
 * How storage nodes reach each other, and the control plane them: gRPC over mutual TLS. What is
 * said there is the business of others.
 */
@NullMarked
package io.brume.storage.peer;

import org.jspecify.annotations.NullMarked;
