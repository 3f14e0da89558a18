/** Proof of the store: contract, model, histories, simulation, faults. */
@NullMarked
package io.brume.store;

import org.jspecify.annotations.NullMarked;
