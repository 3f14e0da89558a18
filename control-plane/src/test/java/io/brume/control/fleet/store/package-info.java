/** What the fleet remembers. */
@NullMarked
package io.brume.control.fleet.store;

import org.jspecify.annotations.NullMarked;
