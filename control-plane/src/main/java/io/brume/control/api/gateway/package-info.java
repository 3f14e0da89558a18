/**
 * The HTTP server in front of the API: takes requests in within stated bounds, hands each to an
 * {@link io.brume.control.api.ApiHandler} on a virtual thread, and writes the answer.
 *
 * <p>Every number a stranger could drive up has a limit here: connections, header and body sizes,
 * bytes in memory, calls at once, and how long any phase of a request may take. Nothing here knows
 * a service, a signature's meaning or a cloud noun, and nothing blocks an event loop.
 */
@NullMarked
package io.brume.control.api.gateway;

import org.jspecify.annotations.NullMarked;
