/**
 * The host itself: what it is (facts), what each guest may take of it (control groups), and the
 * only place of the agent that starts a process. Everything that the agent runs on the host goes
 * through {@link io.brume.node.host.Processes}, so that every process has a timeout, a clean
 * environment and bounded output. Knows no instance, image or network.
 */
@NullMarked
package io.brume.node.host;

import org.jspecify.annotations.NullMarked;
