/** Tests of the configuration of buckets. */
@NullMarked
package io.brume.storage.object.s3.config;

import org.jspecify.annotations.NullMarked;
