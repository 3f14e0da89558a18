/**
 * Objects that the cloud puts on its own: access logs, inventories. They are as any other object
 * is, and encrypted as their bucket encrypts; that the bucket lets them in is for who delivers to
 * find out before.
 */
@NullMarked
package io.brume.storage.object.s3.delivery;

import org.jspecify.annotations.NullMarked;
