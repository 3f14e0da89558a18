/**
 * HTTP/1.1 as a server: connections, heads, bodies, answers, and the bounds on what strangers may
 * do with them. Knows nothing of S3. One event loop owns a connection; requests are handled on
 * virtual threads, and bodies flow between the two with back-pressure, so that memory does not grow
 * with them.
 */
@NullMarked
package io.brume.storage.object.s3.http;

import org.jspecify.annotations.NullMarked;
