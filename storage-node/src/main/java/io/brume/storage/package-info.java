/**
 * The storage node's program. It joins the cloud, stays in session and tells of its disks; blocks
 * and objects are not served yet, and nothing here pretends they were. Runs unprivileged.
 */
@NullMarked
package io.brume.storage;

import org.jspecify.annotations.NullMarked;
