package io.brume.common.raft;

import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;

/**
 * Mutual TLS between members: each shows a certificate, and the trust manager decides whom it
 * believes. Both may change what they answer while the node runs.
 */
public record RaftTls(KeyManager keys, TrustManager trust) {}
