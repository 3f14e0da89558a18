/**
 * Encryption of objects by the server (SSE): between the front door's operations and the bytes that
 * are kept, so that what is on disks, and what goes from node to node, is encrypted. Knows keys
 * only for as long as a request lasts, but for those of accounts, which are asked of the control
 * plane. Nothing here writes or logs a key.
 */
@NullMarked
package io.brume.storage.object.s3.encryption;

import org.jspecify.annotations.NullMarked;
