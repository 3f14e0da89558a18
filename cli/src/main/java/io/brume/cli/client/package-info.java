/**
 * How the command-line program finds a cloud and talks to it: signed HTTP on the JDK alone, because
 * an SDK's start-up time would be most of what a short command costs. Prints nothing.
 */
@NullMarked
package io.brume.cli.client;

import org.jspecify.annotations.NullMarked;
