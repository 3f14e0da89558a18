/** Commands for images, from which instances begin. */
@NullMarked
package io.brume.cli.command.image;

import org.jspecify.annotations.NullMarked;
