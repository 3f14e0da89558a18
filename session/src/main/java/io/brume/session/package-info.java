/**
 * A node's conversation with the control plane: joining a cloud, dialling it ever after, taking up
 * what is desired and telling what was observed. The same for every kind of node; what a kind does
 * with it comes in through {@link io.brume.session.SessionHost} and {@link
 * io.brume.session.Questions}. Knows no thing of the cloud but by its id, and decides nothing.
 */
@NullMarked
package io.brume.session;

import org.jspecify.annotations.NullMarked;
