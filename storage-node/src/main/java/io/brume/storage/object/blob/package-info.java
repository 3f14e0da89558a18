/**
 * The bytes of objects on one node's disk: blobs, immutable, found again after a power cut once
 * they were acknowledged, and never given back torn or damaged. Knows no object, no index and no
 * other node.
 *
 * <p>The files are the only truth. Small blobs are appended to segments, so that one fsync makes
 * many of them durable; larger ones are files of their own. Where each one is stands in memory
 * only, in 29 to 58 bytes outside the heap: ten million take some 400 MB, and a read needs neither
 * a lookup on the disk nor native code. An embedded database would take less memory, but it would
 * be a second thing to fsync, to fill a disk, and to disagree with the first. A start reads the
 * names at the end of each full segment, and looks at the records of the few that were still
 * written.
 *
 * <p>A deletion is a line in a log of dead records. A segment that is mostly dead is copied and
 * deleted.
 */
@NullMarked
package io.brume.storage.object.blob;

import org.jspecify.annotations.NullMarked;
