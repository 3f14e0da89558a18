/**
 * The storage node's program. It joins the cloud, stays in session, keeps the replicas and
 * snapshots that the control plane desires, and serves them to coordinators; objects are not served
 * yet, and nothing here pretends they were. Needs no privilege.
 */
@NullMarked
package io.brume.storage;

import org.jspecify.annotations.NullMarked;
