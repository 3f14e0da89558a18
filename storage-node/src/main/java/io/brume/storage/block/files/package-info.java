/**
 * The disk as the block store sees it: few operations, each of which a test can make fail, and
 * whose durability a test can take away. Nothing else of the block store touches a file. Knows
 * nothing of volumes.
 */
@NullMarked
package io.brume.storage.block.files;

import org.jspecify.annotations.NullMarked;
