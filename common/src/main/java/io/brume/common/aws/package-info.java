/**
 * AWS's wire protocols over the AWS SDK's own model classes: reads requests, writes responses, for
 * every operation of every service, by walking {@code sdkFields()}. Knows protocols, never a
 * service's logic: an operation's name, a cloud noun or an HTTP server must not appear here.
 */
@NullMarked
package io.brume.common.aws;

import org.jspecify.annotations.NullMarked;
