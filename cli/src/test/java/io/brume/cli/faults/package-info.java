/**
 * Volumes under faults, by whole programs: whatever is killed, cut off or rots, what was
 * acknowledged is found and nothing wrong is read. Each run prints the seed that plays it again.
 */
@NullMarked
package io.brume.cli.faults;

import org.jspecify.annotations.NullMarked;
