/** Commands for accounts, each of which sees its own resources alone. */
@NullMarked
package io.brume.cli.command.account;

import org.jspecify.annotations.NullMarked;
