/**
 * Clocks, injected everywhere: wall time for stamps and signatures, monotonic time for leases and
 * timeouts. Nothing else in Brume asks the operating system for the time.
 */
@NullMarked
package io.brume.common.time;

import org.jspecify.annotations.NullMarked;
