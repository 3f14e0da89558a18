/**
 * Instances: what they are, which types there are, and how their state moves. Plain Java: no store, no wire, no clock.
 */
@NullMarked
package io.brume.control.domain.instance;

import org.jspecify.annotations.NullMarked;
