/** STS's front door: who a caller is. Temporary credentials come with roles. */
@NullMarked
package io.brume.control.api.sts;

import org.jspecify.annotations.NullMarked;
