/**
 * The cloud's nouns and their rules in plain Java: records, ids in AWS's shapes, and what may
 * happen to them. Knows no protobuf, no SDK class, no HTTP and no disk; how a record is stored is
 * said in {@code io.brume.control.store.codec}, who may change it inside a transaction in {@code
 * io.brume.control.state}.
 */
@NullMarked
package io.brume.control.domain;

import org.jspecify.annotations.NullMarked;
