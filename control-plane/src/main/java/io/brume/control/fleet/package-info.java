/**
 * The hosts of the cloud as the control plane sees them: what each is to have goes down, what each
 * sees comes up. The {@link io.brume.control.fleet.Fleet} port is all that reconcilers and front
 * doors know of agents; how it travels is the business of {@code fleet.grpc}. Nothing here decides
 * what a host should have.
 */
@NullMarked
package io.brume.control.fleet;

import org.jspecify.annotations.NullMarked;
