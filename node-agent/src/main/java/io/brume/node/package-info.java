/**
 * The agent's program: it puts the parts together and keeps the host as it was told. The packages
 * below know nothing of this one.
 */
@NullMarked
package io.brume.node;

import org.jspecify.annotations.NullMarked;
