/**
 * What many operations of many services do alike: pages, filters, dry runs, repeated requests. It
 * knows AWS's rules for these and no resource: a handler brings its items, its names of filters and
 * its store.
 */
@NullMarked
package io.brume.common.aws.shared;

import org.jspecify.annotations.NullMarked;
