package io.brume.control.api.admin;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.brume.control.domain.Owned;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.fleet.ConsoleChannel;
import io.brume.control.fleet.Fleet;
import io.brume.control.store.codec.InstanceTables;
import io.brume.store.Store;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The serial console of an instance as a WebSocket: {@code GET /_brume/console?instance-id=i-…},
 * signed. Binary frames are the bytes of the line, both ways. An account reaches its own instances.
 */
public final class ConsoleRoute {
    /** Where it is served. */
    public static final String PATH = "/_brume/console";

    private static final Logger log = LoggerFactory.getLogger(ConsoleRoute.class);
    private static final int MOST_CONSOLES = 256;
    private static final int CHUNK = 8192;

    private final AdminDoor door;
    private final Store store;
    private final Fleet fleet;
    private final Semaphore room = new Semaphore(MOST_CONSOLES);

    public ConsoleRoute(AdminDoor door, Store store, Fleet fleet) {
        this.door = requireNonNull(door);
        this.store = requireNonNull(store);
        this.fleet = requireNonNull(fleet);
    }

    /** Takes a request on its event loop. */
    public void handle(HttpServerRequest request) {
        request.pause();
        var context = requireNonNull(Vertx.currentContext(), "an event loop");
        Thread.startVirtualThread(() -> open(request, context));
    }

    private void open(HttpServerRequest request, Context context) {
        if (!room.tryAcquire()) {
            context.runOnContext(_ -> refuse(request, 503, "Too many consoles are open."));
            return;
        }
        try (var channel = channel(request)) {
            var socket = upgrade(request, context);
            pump(socket, channel);
        } catch (Fault fault) {
            context.runOnContext(
                    _ -> refuse(request, fault.status(), fault.code() + ": " + fault.getMessage()));
        } catch (ExecutionException | IOException e) {
            log.debug("a console ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            room.release();
        }
    }

    private ConsoleChannel channel(HttpServerRequest request) {
        var caller = door.caller(call(request));
        var text = request.getParam("instance-id");
        var id = InstanceId.parse(text == null ? "" : text);
        var key = new Owned<>(caller.account(), id);
        var instance =
                store.view(tx -> Optional.ofNullable(tx.get(InstanceTables.INSTANCES, key)))
                        .orElseThrow(id::notFound);
        var node =
                instance.node()
                        .orElseThrow(() ->
                                Fault.conflict(
                                        "IncorrectInstanceState",
                                        "The instance '%s' is on no host.".formatted(id)));
        return fleet.openConsole(node, id.value());
    }

    private static HttpCall call(HttpServerRequest request) {
        Map<String, List<String>> headers = new HashMap<>();
        request.headers()
                .forEach((name, value) ->
                        headers.computeIfAbsent(
                                        name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                                .add(value));
        var query = request.query();
        return new HttpCall(
                request.method().name(),
                requireNonNull(request.path(), "a request has a path"),
                query == null ? "" : query,
                headers,
                new byte[0]);
    }

    private static ServerWebSocket upgrade(HttpServerRequest request, Context context)
            throws ExecutionException, InterruptedException {
        var promise = new CompletableFuture<ServerWebSocket>();
        context.runOnContext(_ ->
                request.toWebSocket()
                        .onSuccess(socket -> {
                            socket.pause();
                            promise.complete(socket);
                        })
                        .onFailure(promise::completeExceptionally));
        return promise.get();
    }

    private static void pump(ServerWebSocket socket, ConsoleChannel channel)
            throws IOException, InterruptedException {
        socket.binaryMessageHandler(message -> {
            // One message at a time: the next is read once this one has been taken.
            socket.pause();
            Thread.startVirtualThread(() -> typed(socket, channel, message));
        });
        socket.closeHandler(_ -> Thread.startVirtualThread(channel::close));
        socket.resume();
        var buffer = new byte[CHUNK];
        for (int n = channel.output().read(buffer);
                n >= 0 && !socket.isClosed();
                n = channel.output().read(buffer)) {
            try {
                socket.writeBinaryMessage(Buffer.buffer(n).appendBytes(buffer, 0, n))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get();
            } catch (ExecutionException e) {
                throw new IOException("the caller is gone", e);
            }
        }
        socket.close();
    }

    private static void typed(ServerWebSocket socket, ConsoleChannel channel, Buffer message) {
        try {
            channel.input().write(message.getBytes());
            channel.input().flush();
            socket.resume();
        } catch (IOException e) {
            log.debug("a console ended", e);
            socket.close();
        }
    }

    private static void refuse(HttpServerRequest request, int status, String text) {
        request.response().setStatusCode(status).end(text);
    }
}
