/**
 * The EBS direct APIs: reading and writing the blocks of snapshots, 512 KiB each, without a volume.
 * The one front door that moves data: from and to the storage nodes, never through a host. What it
 * commits is what a snapshot is and which blocks have come; reconcilers complete it.
 *
 * <p>Source: <a href="https://docs.aws.amazon.com/ebs/latest/APIReference/Welcome.html">EBS direct
 * APIs</a>.
 */
@NullMarked
package io.brume.control.api.ebs;

import org.jspecify.annotations.NullMarked;
