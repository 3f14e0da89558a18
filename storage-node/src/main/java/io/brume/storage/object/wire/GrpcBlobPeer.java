package io.brume.storage.object.wire;

import io.brume.common.config.HostPort;
import io.brume.proto.object.v1.BlobHead;
import io.brume.proto.object.v1.BlobName;
import io.brume.proto.object.v1.BlobsGrpc;
import io.brume.proto.object.v1.CheckGroup;
import io.brume.proto.object.v1.CheckGroupResponse;
import io.brume.proto.object.v1.DeleteBlobs;
import io.brume.proto.object.v1.DescribeBlobs;
import io.brume.proto.object.v1.ListBlobs;
import io.brume.storage.object.blob.BlobFacts;
import io.brume.storage.object.blob.DamagedBlobException;
import io.brume.storage.object.blob.NoSuchBlobException;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.data.NoSpaceException;
import io.brume.storage.object.group.BlobPeer;
import io.brume.storage.object.group.PeerUnavailableException;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.peers.PeerChannels;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The blobs of one other node. Thread-safe. */
final class GrpcBlobPeer implements BlobPeer {
    /** An answer may take so long: a disk that is busy, not one that is gone. */
    static final int ANSWER_MILLIS = 4000;

    private static final BlobId NONE = new BlobId(0, 0);

    private final String nodeId;
    private final HostPort address;
    private final PeerChannels channels;

    GrpcBlobPeer(String nodeId, HostPort address, PeerChannels channels) {
        this.nodeId = nodeId;
        this.address = address;
        this.channels = channels;
    }

    @Override
    public String nodeId() {
        return nodeId;
    }

    BlobsGrpc.BlobsBlockingStub stub() throws IOException {
        return BlobsGrpc.newBlockingStub(channels.to(new PeerChannels.Peer(nodeId, address)))
                .withDeadlineAfter(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A question that is answered at once. */
    private interface Question<T> {
        T ask(BlobsGrpc.BlobsBlockingStub stub) throws IOException;
    }

    private <T> T ask(Question<T> question) throws IOException {
        try {
            return question.ask(stub());
        } catch (StatusRuntimeException e) {
            throw told(e, NONE);
        }
    }

    /** What an answer that is none means. */
    IOException told(StatusRuntimeException answer, BlobId id) {
        String description = answer.getStatus().getDescription();
        String why = nodeId + ": " + (description == null ? answer.getStatus() : description);
        IOException told =
                switch (answer.getStatus().getCode()) {
                    case NOT_FOUND -> new NoSuchBlobException(id);
                    case DATA_LOSS -> new DamagedBlobException(id, why);
                    case RESOURCE_EXHAUSTED -> new NoSpaceException(why);
                    case INVALID_ARGUMENT, PERMISSION_DENIED, UNIMPLEMENTED -> new IOException(why);
                    default -> new PeerUnavailableException(why);
                };
        told.initCause(answer);
        return told;
    }

    @Override
    public Writer write(BlobId id, BlobClaim claim, Instant written, long expected)
            throws IOException {
        return new GrpcBlobWriter(
                this,
                BlobMessages.head(id, claim, written, expected),
                channels.to(new PeerChannels.Peer(nodeId, address)));
    }

    @Override
    public ContentReader read(Blob blob, long offset, long length) {
        return new GrpcBlobReader(this, blob, offset, length);
    }

    private static List<BlobName> names(Collection<BlobId> ids) {
        return ids.stream().map(BlobMessages::name).toList();
    }

    @Override
    public void delete(Collection<BlobId> ids) throws IOException {
        var _ = ask(stub -> stub.delete(DeleteBlobs.newBuilder().addAllNames(names(ids)).build()));
    }

    @Override
    public List<BlobId> names(BlobId after, int limit) throws IOException {
        return ask(stub -> {
            List<BlobId> found = new ArrayList<>();
            BlobId last = after;
            for (BlobName name :
                    stub.list(
                                    ListBlobs.newBuilder()
                                            .setAfter(BlobMessages.name(after))
                                            .setLimit(limit)
                                            .build())
                            .getNamesList()) {
                BlobId id = BlobMessages.id(name);
                if (id.group() != after.group() || id.compareTo(last) <= 0) {
                    throw new IOException(nodeId + " lists names out of order");
                }
                last = id;
                found.add(id);
            }
            return found;
        });
    }

    @Override
    public Digest check(int group, int ranges) throws IOException {
        return ask(stub -> {
            CheckGroupResponse sums =
                    stub.check(CheckGroup.newBuilder().setGroup(group).setRanges(ranges).build());
            if (sums.getSumsCount() != ranges) {
                throw new IOException(nodeId + " gives other sums than it was asked for");
            }
            return new Digest(sums.getCount(), sums.getSumsList());
        });
    }

    @Override
    public Set<Integer> groups() throws IOException {
        return ask(stub ->
                Set.copyOf(
                        stub.check(CheckGroup.newBuilder().setRanges(1).setListGroups(true).build())
                                .getGroupsList()));
    }

    @Override
    public boolean isFilling() throws IOException {
        return ask(stub -> stub.check(CheckGroup.newBuilder().setRanges(1).build()).getFilling());
    }

    @Override
    public List<BlobFacts> describe(Collection<BlobId> ids) throws IOException {
        return ask(stub -> {
            List<BlobFacts> found = new ArrayList<>();
            for (BlobHead head :
                    stub.describe(DescribeBlobs.newBuilder().addAllNames(names(ids)).build())
                            .getHeadsList()) {
                found.add(facts(head));
            }
            return found;
        });
    }

    private BlobFacts facts(BlobHead head) throws IOException {
        try {
            return BlobMessages.facts(head);
        } catch (IllegalArgumentException e) {
            throw new IOException(nodeId + " describes a blob that cannot be", e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GrpcBlobPeer peer
                && peer.nodeId.equals(nodeId)
                && peer.address.equals(address);
    }

    @Override
    public int hashCode() {
        return nodeId.hashCode();
    }
}
