/**
 * Identifiers as AWS shapes them: a prefix and hexadecimal digits, made from an injected source of
 * randomness.
 */
@NullMarked
package io.brume.common.id;

import org.jspecify.annotations.NullMarked;
