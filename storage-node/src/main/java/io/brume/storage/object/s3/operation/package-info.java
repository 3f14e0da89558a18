/**
 * What S3's operations on buckets, objects and uploads do: one class for each noun lists them, and
 * the classes behind it do the work. Those that move bytes, or are called most, take a request's
 * head as it is; the others are methods of AWS's own client interface. Nothing here parses XML, and
 * nothing here holds an object in memory.
 */
@NullMarked
package io.brume.storage.object.s3.operation;

import org.jspecify.annotations.NullMarked;
