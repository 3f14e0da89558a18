/** S3 at the cloud's endpoint, with stand-ins for storage nodes. */
@NullMarked
package io.brume.control.api.s3;

import org.jspecify.annotations.NullMarked;
