/** Proof of the store: contract, model, histories, simulation, faults. */
@NullMarked
package io.brume.control.store;

import org.jspecify.annotations.NullMarked;
