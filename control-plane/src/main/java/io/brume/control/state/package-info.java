/**
 * The changes of stored records that front doors and reconcilers share: which address an interface
 * gets, what an account begins with, what an observation of an image means. A function here works
 * inside the transaction it is given, so that a caller can put several together.
 *
 * <p>Lies between the nouns and the store, both of which know nothing of it: {@code domain} says
 * what is allowed, {@code store} keeps it. Knows no AWS SDK class and no HTTP.
 */
@NullMarked
package io.brume.control.state;

import org.jspecify.annotations.NullMarked;
