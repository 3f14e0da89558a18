/** Commands for instances: virtual machines. */
@NullMarked
package io.brume.cli.command.instance;

import org.jspecify.annotations.NullMarked;
