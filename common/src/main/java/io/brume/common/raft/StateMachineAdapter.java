package io.brume.common.raft;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a {@link ReplicatedState} where Ratis expects its state machine.
 *
 * <p>Ratis replays from the last checkpoint; the state may be further already, because it is made
 * durable in between, so that entries it has seen are passed over. Ratis sends a copy in two steps:
 * {@link #pause()} on the receiving thread, then, after it has replaced the checkpoints, {@link
 * #reinitialize()} on the applying thread; it insists on the states PAUSED and RUNNING in between.
 */
final class StateMachineAdapter extends BaseStateMachine {
    private static final Logger LOG = LoggerFactory.getLogger(StateMachineAdapter.class);

    private final ReplicatedState state;
    private final Checkpoints checkpoints = new Checkpoints();

    /** Held while a checkpoint is made, so that Ratis does not replace the directory then. */
    private final ReentrantLock making = new ReentrantLock();

    /** The calls whose entries have been handed to the log. */
    private final Set<Long> proposed = ConcurrentHashMap.newKeySet();

    private final ClientId client;

    /**
     * @param client whose calls to note
     */
    StateMachineAdapter(ReplicatedState state, ClientId client) {
        this.state = state;
        this.client = client;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
            throws IOException {
        super.initialize(server, group, storage);
        getLifeCycle()
                .startAndTransition(
                        () -> {
                            checkpoints.init(storage);
                            catchUp();
                            ownUp();
                            LogFiles.repair(
                                    storage.getStorageDir().getCurrentDir().toPath(),
                                    state.position().index());
                        },
                        IOException.class);
    }

    /** Installs the latest checkpoint if the state has not come as far. */
    private void catchUp() throws IOException {
        Checkpoints.Checkpoint latest = checkpoints.getLatestSnapshot();
        if (latest != null && latest.getIndex() > state.position().index()) {
            Checkpoints.sync(latest);
            state.install(latest.directory());
            LOG.info("installed {}", latest.directory().getFileName());
        }
        LogPosition position = state.position();
        setLastAppliedTermIndex(TermIndex.valueOf(position.term(), position.index()));
    }

    /**
     * Makes a checkpoint of what the state kept beyond the latest one, before Ratis reads its log:
     * Ratis then begins after the state, even when the log's end has been lost. Were it to begin
     * before, it would give new entries numbers that the state has seen.
     */
    private void ownUp() throws IOException {
        Checkpoints.Checkpoint latest = checkpoints.getLatestSnapshot();
        LogPosition position = state.position();
        if (position.index() >= 0 && (latest == null || latest.getIndex() < position.index())) {
            checkpoints.make(position, state::checkpoint);
        }
    }

    @Override
    public void pause() {
        making.lock();
        try {
            if (getLifeCycleState() == LifeCycle.State.RUNNING) {
                getLifeCycle().transition(LifeCycle.State.PAUSING);
                getLifeCycle().transition(LifeCycle.State.PAUSED);
            }
        } finally {
            making.unlock();
        }
    }

    @Override
    public void reinitialize() throws IOException {
        checkpoints.rescan();
        catchUp();
        if (getLifeCycleState() == LifeCycle.State.PAUSED) {
            getLifeCycle().transition(LifeCycle.State.STARTING);
            getLifeCycle().transition(LifeCycle.State.RUNNING);
        }
    }

    @Override
    public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
        if (request.getClientId().equals(client)) {
            proposed.add(request.getCallId());
        }
        return super.startTransaction(request);
    }

    /** Whether the entry of a call was handed to the log; forgets the call. */
    boolean forget(long call) {
        return proposed.remove(call);
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        if (entry == null) {
            throw new IllegalStateException("a transaction without an entry");
        }
        if (entry.getIndex() <= state.position().index()) {
            return CompletableFuture.completedFuture(Message.EMPTY);
        }
        byte[] answer =
                state.apply(
                        new LogPosition(entry.getTerm(), entry.getIndex()),
                        entry.getStateMachineLogEntry().getLogData().toByteArray());
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        return CompletableFuture.completedFuture(
                Message.valueOf(UnsafeByteOperations.unsafeWrap(answer)));
    }

    @Override
    public void notifyTermIndexUpdated(long term, long index) {
        if (index > state.position().index()) {
            state.pass(new LogPosition(term, index));
            updateLastAppliedTermIndex(term, index);
        }
    }

    @Override
    public CompletableFuture<Message> query(Message request) {
        return CompletableFuture.completedFuture(Message.EMPTY);
    }

    @Override
    public long takeSnapshot() throws IOException {
        making.lock();
        try {
            LogPosition position = state.position();
            if (getLifeCycleState() != LifeCycle.State.RUNNING || position.index() < 0) {
                return RaftLog.INVALID_LOG_INDEX;
            }
            checkpoints.make(position, state::checkpoint);
            return position.index();
        } finally {
            making.unlock();
        }
    }

    @Override
    public Checkpoints getStateMachineStorage() {
        return checkpoints;
    }

    @Override
    public void close() {
        getLifeCycle().checkStateAndClose(state::close);
    }
}
