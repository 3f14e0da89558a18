/**
 * How the domain's records are stored: their tables, their keys, and the protobuf messages of
 * {@code proto/state/v1} that their values become. One class of tables and one of codecs per noun
 * area. No rule lives here.
 *
 * <p>Table numbers are on disk and never reused: 10 to 19 identity, 20 to 29 tags and tokens, 30 to
 * 49 networks, 50 to 54 images, 55 to 59 key pairs, 60 to 79 instances, 80 to 99 nodes.
 */
@NullMarked
package io.brume.control.store.codec;

import org.jspecify.annotations.NullMarked;
