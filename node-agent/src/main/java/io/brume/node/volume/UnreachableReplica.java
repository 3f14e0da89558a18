package io.brume.node.volume;

/** A link that could not even be begun. */
final class UnreachableReplica implements ReplicaLink {
    private boolean closed;

    UnreachableReplica(EventLoop loop, String reason, Listener listener) {
        loop.execute(() -> {
            if (!closed) {
                closed = true;
                listener.broken(reason);
            }
        });
    }

    @Override
    public void send(LinkRequest request) {
        throw new IllegalStateException("never opened");
    }

    @Override
    public boolean isLocal() {
        return false;
    }

    @Override
    public void close() {
        closed = true;
    }
}
