/**
 * Buckets as web sites: pages for people's browsers, where the rest of the front door speaks to
 * programs. Visitors are strangers, whatever they send; they see what the bucket lets strangers
 * see.
 */
@NullMarked
package io.brume.storage.object.s3.website;

import org.jspecify.annotations.NullMarked;
