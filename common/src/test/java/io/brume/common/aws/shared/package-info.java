/** Proves pages, filters, dry runs and repeated requests. */
@NullMarked
package io.brume.common.aws.shared;

import org.jspecify.annotations.NullMarked;
