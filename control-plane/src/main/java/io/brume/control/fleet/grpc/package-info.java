/**
 * The fleet over gRPC: who may join, who may open a session, and one bounded conversation per host.
 * Nothing outside this package knows of gRPC; nothing in it decides what a host should have.
 */
@NullMarked
package io.brume.control.fleet.grpc;

import org.jspecify.annotations.NullMarked;
