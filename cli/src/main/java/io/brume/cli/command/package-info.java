/**
 * What all commands share. A noun's commands live in the package of that noun and do not know one
 * another.
 */
@NullMarked
package io.brume.cli.command;

import org.jspecify.annotations.NullMarked;
