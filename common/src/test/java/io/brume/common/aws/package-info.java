/** Proves the protocols: against Smithy's test vectors, against botocore, and against bad input. */
@NullMarked
package io.brume.common.aws;

import org.jspecify.annotations.NullMarked;
