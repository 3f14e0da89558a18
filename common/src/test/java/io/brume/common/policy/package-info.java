/** Tests of the policy language. */
@NullMarked
package io.brume.common.policy;

import org.jspecify.annotations.NullMarked;
