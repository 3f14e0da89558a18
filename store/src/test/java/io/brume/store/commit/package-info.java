/** Tests that reach into transactions and commits. */
@NullMarked
package io.brume.store.commit;

import org.jspecify.annotations.NullMarked;
