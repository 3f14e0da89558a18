/**
 * The front door of the object store: S3 as AWS's clients speak it. Heads are parsed on event
 * loops, operations run on threads that may wait, bodies stream between with back-pressure. An
 * operation checks, asks the index and the data, and returns; it neither parses nor renders.
 */
@NullMarked
package io.brume.storage.object.s3;

import org.jspecify.annotations.NullMarked;
