/**
 * The deterministic machine: the same log makes the same rows on every member. It checks whether
 * what a commit read has changed, applies it, and remembers recent changes.
 *
 * <p>Nothing here reads a clock or a random number, starts a thread or touches a file: rows are
 * kept by the {@link io.brume.store.machine.Rows} that it is given.
 */
@NullMarked
package io.brume.store.machine;

import org.jspecify.annotations.NullMarked;
