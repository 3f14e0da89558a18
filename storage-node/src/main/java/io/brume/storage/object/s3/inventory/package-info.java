/**
 * Inventories: what a bucket holds, written into another one once a day or a week. What is due
 * follows from the clock and from what has been delivered, so that nothing is remembered, and any
 * node can go on.
 */
@NullMarked
package io.brume.storage.object.s3.inventory;

import org.jspecify.annotations.NullMarked;
