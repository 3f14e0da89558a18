/**
 * AWS's wire protocols over the AWS SDK's own model classes: reads requests, writes responses, for
 * every operation of every service, by walking {@code sdkFields()}. Knows protocols, never a
 * service's logic: an operation's name, a cloud noun or an HTTP server must not appear here.
 *
 * <p>A handler implements the SDK's client interface; {@link io.brume.common.aws.Api} describes its
 * service in one line; {@link io.brume.common.aws.Service} makes it callable. A front door goes:
 *
 * {@snippet :
 * var service = router.route(call, signingName);      // ServiceRouter
 * // authenticate
 * var bound = service.bind(call);                     // which operation, which members
 * // authorize bound.action()
 * service.validate(bound);                            // against the model
 * var reply = service.reply(bound, service.invoke(bound), requestId);
 * }
 *
 * <p>Each step throws a {@link io.brume.common.aws.Fault} and nothing else. Once the service is
 * known {@code service.reply(service.api().wire(call), fault, requestId)} renders it in the
 * service's own words, and {@code ServiceRouter.reply} before that.
 *
 * <p>What the SDK's classes do not say (routes, success and error codes, constraints) is in {@code
 * facts/}, written by {@code src/tools/aws_facts.py}. A new service is its name on that script's
 * list, the SDK's jar, and an entry in the test class {@code Contracts}.
 */
@NullMarked
package io.brume.common.aws;

import org.jspecify.annotations.NullMarked;
