/**
 * S3 at the cloud's one endpoint: which requests are S3's, and how they are passed on to a storage
 * node, which answers them. Nothing is verified, changed or kept here; bodies stream through both
 * ways, however long they are.
 */
@NullMarked
package io.brume.control.api.s3;

import org.jspecify.annotations.NullMarked;
