/**
 * Where instances go. {@link io.brume.control.scheduler.Scheduler} is pure: a view of the cluster
 * in, a placement or a refusal out; {@link io.brume.control.scheduler.Capacity} is the one owner of
 * that view. Plain Java: asks nobody, knows no clock and no store.
 */
@NullMarked
package io.brume.control.scheduler;

import org.jspecify.annotations.NullMarked;
