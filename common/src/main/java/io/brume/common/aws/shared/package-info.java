/**
 * What many operations of many services do alike: pages and filters. It knows AWS's rules for these
 * and no resource: a handler brings its items and its names of filters.
 */
@NullMarked
package io.brume.common.aws.shared;

import org.jspecify.annotations.NullMarked;
