/**
 * The language of AWS's policies: who may do what with which resource, and when. Reads documents
 * and decides requests; pure, immutable, without I/O or clock. Knows no service: which context keys
 * a request has, and how the policies of an identity and of a resource are combined, is for the
 * front doors to say.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html">IAM JSON
 * policy elements</a>.
 */
@NullMarked
package io.brume.common.policy;

import org.jspecify.annotations.NullMarked;
