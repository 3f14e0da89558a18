/** Accounts and their access keys. Secrets appear here only sealed. */
@NullMarked
package io.brume.control.domain.identity;

import org.jspecify.annotations.NullMarked;
