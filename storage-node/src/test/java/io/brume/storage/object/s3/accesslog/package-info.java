/** Tests of access logs. */
@NullMarked
package io.brume.storage.object.s3.accesslog;

import org.jspecify.annotations.NullMarked;
