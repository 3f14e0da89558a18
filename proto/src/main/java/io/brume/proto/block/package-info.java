/**
 * The block protocol between a volume's coordinator and its replicas: the frames of
 * docs/design/0002-block-volumes.md. A contract, so it lives here; no behaviour beside reading and
 * writing headers, and how a block is encrypted before it travels.
 */
package io.brume.proto.block;
