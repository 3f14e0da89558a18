/**
 * What buckets and objects are configured to be, and what follows from it: policies, ACLs,
 * versions, locks, life cycles, web sites, tags. A configuration is kept as the document that S3
 * gives back, written by the codec that read it, so that what is kept is valid; what is kept is
 * also done, or it is refused as not implemented.
 *
 * <p>Rules are pure ({@link io.brume.storage.object.s3.config.CorsRules}); operations only look up,
 * check and set.
 */
@NullMarked
package io.brume.storage.object.s3.config;

import org.jspecify.annotations.NullMarked;
