/** Commands for key pairs, which open instances. */
@NullMarked
package io.brume.cli.command.key;

import org.jspecify.annotations.NullMarked;
