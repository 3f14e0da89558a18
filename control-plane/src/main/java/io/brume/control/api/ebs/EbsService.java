package io.brume.control.api.ebs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.CompleteSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.CompleteSnapshotResponse;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockRequest;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockResponse;
import software.amazon.awssdk.services.ebs.model.ListChangedBlocksRequest;
import software.amazon.awssdk.services.ebs.model.ListChangedBlocksResponse;
import software.amazon.awssdk.services.ebs.model.ListSnapshotBlocksRequest;
import software.amazon.awssdk.services.ebs.model.ListSnapshotBlocksResponse;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockRequest;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockResponse;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.StartSnapshotResponse;

/** The EBS direct APIs, all of them: one line an operation. Thread-safe. */
public final class EbsService implements EbsClient {
    private final Nodes nodes;
    private final BlockLists lists;
    private final BlockReading reading;
    private final BlockWriting writing;
    private final SnapshotStart start;
    private final SnapshotCompletion completion;

    public EbsService(EbsParts parts) {
        var tokens =
                new Tokens(
                        parts.masterKey().derive("EBS block tokens".getBytes(UTF_8)), parts.time());
        var cipher = new DataCipher(parts.keys());
        var writes = new WritesUnderWay(parts.time());
        this.nodes =
                new Nodes(
                        parts.store(),
                        parts.chunks(),
                        parts.nodePatience(),
                        parts.random(),
                        parts.time());
        this.lists = new BlockLists(parts.store(), nodes, tokens);
        this.reading = new BlockReading(parts.store(), nodes, tokens, cipher);
        this.writing = new BlockWriting(parts.store(), nodes, cipher, writes);
        this.start = new SnapshotStart(parts);
        this.completion = new SnapshotCompletion(parts.store(), writes);
    }

    @Override
    public ListSnapshotBlocksResponse listSnapshotBlocks(ListSnapshotBlocksRequest request) {
        return lists.list(request);
    }

    @Override
    public ListChangedBlocksResponse listChangedBlocks(ListChangedBlocksRequest request) {
        return lists.listChanged(request);
    }

    @Override
    public <T> T getSnapshotBlock(
            GetSnapshotBlockRequest request, ResponseTransformer<GetSnapshotBlockResponse, T> to) {
        var read = reading.get(request);
        try {
            return to.transform(
                    read.response(),
                    AbortableInputStream.create(new ByteArrayInputStream(read.data())));
        } catch (Exception e) {
            throw SdkException.create("the bytes of a block could not be handed on", e);
        }
    }

    @Override
    public StartSnapshotResponse startSnapshot(StartSnapshotRequest request) {
        return start.start(request);
    }

    @Override
    public PutSnapshotBlockResponse putSnapshotBlock(
            PutSnapshotBlockRequest request, RequestBody body) {
        try (var in = body.contentStreamProvider().newStream()) {
            return writing.put(request, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("an array does not fail", e);
        }
    }

    @Override
    public CompleteSnapshotResponse completeSnapshot(CompleteSnapshotRequest request) {
        return completion.complete(request);
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        nodes.close();
    }
}
