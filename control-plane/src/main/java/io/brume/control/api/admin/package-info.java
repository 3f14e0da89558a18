/**
 * What only the operator of a cloud may do, and AWS has no call for: hosts, join tokens, accounts,
 * the serial console. JSON over the API's endpoint, signed like every other call (signing name
 * {@code brume}). Knows no cloud noun's rules.
 */
@NullMarked
package io.brume.control.api.admin;

import org.jspecify.annotations.NullMarked;
