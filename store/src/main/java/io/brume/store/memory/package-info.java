/**
 * The store without a disk or a log: for tests and simulations of what is built on the store. It
 * keeps every promise of {@link io.brume.store.Store} except durability and replication.
 */
@NullMarked
package io.brume.store.memory;

import org.jspecify.annotations.NullMarked;
