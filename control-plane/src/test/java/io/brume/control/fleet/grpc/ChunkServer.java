package io.brume.control.fleet.grpc;

import com.google.protobuf.ByteString;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Certificates;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Trust;
import io.brume.proto.block.v1.Chunk;
import io.brume.proto.block.v1.ChunkRow;
import io.brume.proto.block.v1.ChunkRows;
import io.brume.proto.block.v1.ChunksGrpc;
import io.brume.proto.block.v1.GetChunkRequest;
import io.brume.proto.block.v1.ListChunksRequest;
import io.brume.proto.block.v1.PutChunkRequest;
import io.brume.proto.block.v1.PutChunkResponse;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLPeerUnverifiedException;

/** A storage node's chunk service over true TLS, which does as the test says. */
final class ChunkServer extends ChunksGrpc.ChunksImplBase
        implements ServerInterceptor, AutoCloseable {
    final TreeMap<Integer, Chunk> chunks = new TreeMap<>();
    final List<String> callers = new CopyOnWriteArrayList<>();
    final AtomicInteger rowsSent = new AtomicInteger();
    volatile Optional<Status> failure = Optional.empty();
    private final Server server;

    ChunkServer(CertificateAuthority authority, String name) throws IOException {
        Identity identity = authority.issueClient(name, Duration.ofDays(1));
        server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .sslContext(
                                GrpcSslContexts.configure(
                                                SslContextBuilder.forServer(
                                                        new IdentityKeyManager(() -> identity)),
                                                SslProvider.JDK)
                                        .protocols("TLSv1.3")
                                        .clientAuth(ClientAuth.REQUIRE)
                                        .trustManager(Trust.authority(authority.certificate()))
                                        .build())
                        .addService(ServerInterceptors.intercept(this, this))
                        .build()
                        .start();
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        try {
            var session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
            if (session != null) {
                callers.add(
                        Certificates.commonName(
                                (X509Certificate) session.getPeerCertificates()[0]));
            }
        } catch (SSLPeerUnverifiedException e) {
            throw new IllegalStateException(e);
        }
        return next.startCall(call, headers);
    }

    @Override
    public void listChunks(ListChunksRequest request, StreamObserver<ChunkRows> answer) {
        if (failure.isPresent()) {
            answer.onError(failure.get().asRuntimeException());
            return;
        }
        var call = (ServerCallStreamObserver<ChunkRows>) answer;
        var rows = new ArrayList<ChunkRow>();
        chunks.tailMap(request.getFromIndex())
                .forEach((index, chunk) ->
                        rows.add(
                                ChunkRow.newBuilder()
                                        .setIndex(index)
                                        .setSha256(chunk.getSha256())
                                        .build()));
        var left = new ArrayList<>(rows);
        call.setOnReadyHandler(() -> {
            while (call.isReady() && !left.isEmpty() && !call.isCancelled()) {
                var some = left.subList(0, Math.min(100, left.size()));
                call.onNext(ChunkRows.newBuilder().addAllRows(some).build());
                rowsSent.addAndGet(some.size());
                some.clear();
                if (left.isEmpty()) {
                    call.onCompleted();
                }
            }
        });
        if (left.isEmpty()) {
            call.onCompleted();
        }
    }

    @Override
    public void getChunk(GetChunkRequest request, StreamObserver<Chunk> answer) {
        if (failure.isPresent()) {
            answer.onError(failure.get().asRuntimeException());
            return;
        }
        answer.onNext(chunks.getOrDefault(request.getIndex(), Chunk.getDefaultInstance()));
        answer.onCompleted();
    }

    @Override
    public void putChunk(PutChunkRequest request, StreamObserver<PutChunkResponse> answer) {
        if (failure.isPresent()) {
            answer.onError(failure.get().asRuntimeException());
            return;
        }
        put(request.getIndex(), request.getData(), request.getSha256());
        answer.onNext(PutChunkResponse.getDefaultInstance());
        answer.onCompleted();
    }

    void put(int index, ByteString data, ByteString sha256) {
        chunks.put(index, Chunk.newBuilder().setData(data).setSha256(sha256).build());
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            if (!server.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the server does not end");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
