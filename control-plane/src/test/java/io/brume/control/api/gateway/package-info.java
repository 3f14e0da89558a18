/** Tests of the gateway with raw sockets and real clients. */
@NullMarked
package io.brume.control.api.gateway;

import org.jspecify.annotations.NullMarked;
