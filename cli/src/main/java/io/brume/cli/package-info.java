/**
 * The entry of the command-line program. It only chooses the command and turns what went wrong into
 * a message and an exit code; whatever talks to a cloud or prints lives in the packages below.
 */
@NullMarked
package io.brume.cli;

import org.jspecify.annotations.NullMarked;
