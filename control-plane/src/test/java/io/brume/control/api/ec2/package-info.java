@NullMarked
package io.brume.control.api.ec2;

import org.jspecify.annotations.NullMarked;
