/**
 * AWS Signature Version 4, both ways: verify what a stranger signed, and sign for Brume's own
 * clients. Also the body framings (aws-chunked) and checksums that a signature covers.
 *
 * <p>Stands on the JDK alone, so that the {@code brume} command can sign without loading an SDK.
 * Whoever the owner of a key is stays a type parameter: no cloud noun, HTTP server or store may
 * appear here.
 *
 * <p>Sources: <a
 * href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html">Signature Version
 * 4</a>, <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html">chunked
 * uploads</a>, <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html">trailing
 * headers</a>.
 */
@NullMarked
package io.brume.common.aws.sigv4;

import org.jspecify.annotations.NullMarked;
