/**
 * What the fleet remembers, kept in the store: hosts, join tokens, the certificate authority. Knows
 * no wire.
 */
@NullMarked
package io.brume.control.fleet.store;

import org.jspecify.annotations.NullMarked;
