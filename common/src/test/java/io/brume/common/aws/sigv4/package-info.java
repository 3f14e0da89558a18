/** Tests of the signature layer: AWS's examples, the SDK and botocore as oracles, forgeries. */
@NullMarked
package io.brume.common.aws.sigv4;

import org.jspecify.annotations.NullMarked;
