/**
 * Server access logs: what is done with a bucket, written into another one. As AWS says of its own,
 * they are delivered at best effort: what a program had not delivered when it died is lost, and no
 * call waits for its record.
 */
@NullMarked
package io.brume.storage.object.s3.accesslog;

import org.jspecify.annotations.NullMarked;
