/** Tests of the EBS direct APIs. */
@NullMarked
package io.brume.control.api.ebs;

import org.jspecify.annotations.NullMarked;
