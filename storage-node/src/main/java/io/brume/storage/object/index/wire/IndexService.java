package io.brume.storage.object.index.wire;

import static java.util.Objects.requireNonNull;

import io.brume.proto.object.v1.Command;
import io.brume.proto.object.v1.IndexGrpc;
import io.brume.proto.object.v1.NotLeader;
import io.brume.proto.object.v1.Outcome;
import io.brume.proto.object.v1.Unavailable;
import io.brume.storage.object.index.IndexFault;
import io.brume.storage.object.index.WholeIndex;
import io.brume.store.CommitOutcomeUnknownException;
import io.brume.store.NotLeaderException;
import io.brume.store.StoreUnavailableException;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node's member of the index answers other storage nodes. Blocks the threads that serve
 * it.
 */
public final class IndexService extends IndexGrpc.IndexImplBase {
    /** Enough for a page of a thousand of the longest keys with their tags, or 100,000 blobs. */
    public static final int MAX_MESSAGE_BYTES = 32 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(IndexService.class);

    private final Supplier<? extends Optional<? extends WholeIndex>> local;

    /**
     * @param local this node's own; empty while it is no member
     */
    public IndexService(Supplier<? extends Optional<? extends WholeIndex>> local) {
        this.local = requireNonNull(local);
    }

    @Override
    public void execute(Command command, StreamObserver<Outcome> answer) {
        Outcome outcome;
        try {
            outcome = outcome(command);
        } catch (IllegalArgumentException e) {
            answer.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asException());
            return;
        } catch (RuntimeException e) {
            LOG.error("The index failed a {}", command.getCommandCase(), e);
            answer.onError(Status.INTERNAL.withDescription("the index failed").asException());
            return;
        }
        answer.onNext(outcome);
        answer.onCompleted();
    }

    private Outcome outcome(Command command) {
        Optional<? extends WholeIndex> index = local.get();
        if (index.isEmpty()) {
            return notLeader("");
        }
        try {
            return new CommandRunner(index.get()).run(command);
        } catch (IndexFault fault) {
            return Outcome.newBuilder().setFault(fault.reason().name()).build();
        } catch (NotLeaderException e) {
            String leader = e.leader();
            return notLeader(leader == null ? "" : leader);
        } catch (StoreUnavailableException e) {
            return Outcome.newBuilder()
                    .setUnavailable(
                            Unavailable.newBuilder()
                                    .setMessage(String.valueOf(e.getMessage()))
                                    .setUnknown(e instanceof CommitOutcomeUnknownException))
                    .build();
        }
    }

    private static Outcome notLeader(String leader) {
        return Outcome.newBuilder().setNotLeader(NotLeader.newBuilder().setLeader(leader)).build();
    }
}
