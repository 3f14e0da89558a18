package io.brume.control.fleet.grpc;

import com.google.protobuf.ByteString;
import io.brume.common.aws.Fault;
import io.brume.control.domain.NodeId;
import io.brume.proto.node.v1.ConsoleChunk;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Where whoever wants a console meets the host that dials in with it. At most {@value #MAX_OPEN}
 * consoles wait at once. Thread-safe.
 */
final class ConsoleDesk {
    private static final int MAX_OPEN = 256;

    private record Expected(NodeId node, CompletableFuture<ConsoleStream> arrival) {}

    private final Map<String, Expected> expected = new HashMap<>();

    /** Somebody waits for a console: the name under which the host is to dial in. */
    synchronized String expect(NodeId node) {
        if (expected.size() >= MAX_OPEN) {
            throw Questions.unavailable(node, "cannot be asked for one more console");
        }
        String id = UUID.randomUUID().toString();
        expected.put(id, new Expected(node, new CompletableFuture<>()));
        return id;
    }

    /** Blocks until the host has dialled in. */
    ConsoleStream await(String consoleId) {
        Expected waiting;
        synchronized (this) {
            waiting = expected.get(consoleId);
        }
        if (waiting == null) {
            throw new IllegalArgumentException("nobody expects console " + consoleId);
        }
        try {
            return waiting.arrival().get(Questions.TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw Questions.unavailable(waiting.node(), "did not open the console");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Fault fault
                    ? fault
                    : Questions.unavailable(waiting.node(), "did not open the console");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Questions.unavailable(waiting.node(), "was not waited for");
        } finally {
            forget(consoleId);
        }
    }

    synchronized void forget(String consoleId) {
        expected.remove(consoleId);
    }

    private synchronized @Nullable CompletableFuture<ConsoleStream> arrived(
            NodeId node, String consoleId) {
        Expected waiting = expected.get(consoleId);
        return waiting == null || !waiting.node().equals(node) ? null : waiting.arrival();
    }

    /** A host dials in. */
    StreamObserver<ConsoleChunk> accept(
            NodeId node, ServerCallStreamObserver<ConsoleChunk> toHost) {
        var stream = new ConsoleStream(toHost);
        return new StreamObserver<>() {
            private boolean named;

            @Override
            public void onNext(ConsoleChunk chunk) {
                if (!named) {
                    named = true;
                    CompletableFuture<ConsoleStream> waiting = arrived(node, chunk.getConsoleId());
                    if (waiting == null || !waiting.complete(stream)) {
                        stream.fail(Status.NOT_FOUND.withDescription("nobody waits for it"));
                        return;
                    }
                }
                ByteString data = chunk.getData();
                if (!data.isEmpty()) {
                    stream.received(data.toByteArray());
                }
            }

            @Override
            public void onError(Throwable cause) {
                stream.ended();
            }

            @Override
            public void onCompleted() {
                stream.ended();
                stream.close();
            }
        };
    }
}
