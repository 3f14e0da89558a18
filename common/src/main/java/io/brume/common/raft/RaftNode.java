package io.brume.common.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.RaftException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * A running member of a group. Thread-safe. Owns the state that it was given.
 *
 * <p>Futures fail with {@link RaftFailedException} and its subclasses.
 */
public final class RaftNode implements AutoCloseable {
    private static final Duration MEMBER_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration CLOSE_LOOK = Duration.ofMillis(5);

    private final RaftGroupId group;
    private final RaftPeerId self;
    private final RaftServer server;
    private final RaftServer.Division division;
    private final StateMachineAdapter machine;
    private final ClientId client;
    private final AtomicLong calls = new AtomicLong();

    private RaftNode(
            RaftGroupId group,
            RaftPeerId self,
            RaftServer server,
            ClientId client,
            StateMachineAdapter machine)
            throws IOException {
        this.client = client;
        this.machine = machine;
        this.group = group;
        this.self = self;
        this.server = server;
        this.division = server.getDivision(group);
    }

    /**
     * Starts a member. Returns before a leader is known.
     *
     * @throws IOException if the port or the directory cannot be used
     */
    public static RaftNode start(RaftSettings settings, ReplicatedState state) throws IOException {
        Files.createDirectories(settings.directory());
        RaftGroupId group = RaftGroupId.valueOf(settings.group());
        RaftPeerId self = RaftPeerId.valueOf(settings.self().name());
        ClientId client = ClientId.randomId();
        StateMachineAdapter machine = new StateMachineAdapter(state, client);
        RaftServer.Builder builder =
                RaftServer.newBuilder()
                        .setServerId(self)
                        .setOption(RaftStorage.StartupOption.RECOVER)
                        .setStateMachineRegistry(id -> machine)
                        .setProperties(RatisProperties.of(settings))
                        .setParameters(RatisProperties.parameters(settings));
        if (!settings.founders().isEmpty()) {
            builder.setGroup(RaftGroup.valueOf(group, peers(settings.founders())));
        }
        RaftServer server = builder.build();
        try {
            server.start();
            if (!server.getGroupIds().iterator().hasNext()) {
                addEmptyGroup(server, self, group);
            }
            return new RaftNode(group, self, server, client, machine);
        } catch (IOException e) {
            server.close();
            throw e;
        } catch (RuntimeException e) {
            server.close();
            throw new IOException("the member cannot start: " + e.getMessage(), e);
        }
    }

    /** A node that will be added waits in a group without members. */
    private static void addEmptyGroup(RaftServer server, RaftPeerId self, RaftGroupId group)
            throws IOException {
        RaftClientReply reply =
                server.groupManagement(
                        GroupManagementRequest.newAdd(
                                ClientId.randomId(), self, 1, RaftGroup.valueOf(group)));
        if (!reply.isSuccess()) {
            throw new IOException("the group could not be added", reply.getException());
        }
    }

    private static List<RaftPeer> peers(List<RaftMember> members) {
        return members.stream()
                .map(member ->
                        RaftPeer.newBuilder()
                                .setId(member.name())
                                .setAddress(member.address())
                                .setPriority(member.priority())
                                .build())
                .toList();
    }

    /**
     * Appends an entry; the future has the state's answer once the entry is on the disks of a
     * majority and applied here.
     */
    public CompletableFuture<byte[]> append(byte[] entry) {
        Message message = Message.valueOf(UnsafeByteOperations.unsafeWrap(entry));
        RaftClientRequest request = request(RaftClientRequest.writeRequestType(), message);
        return submit(request)
                .handle((reply, failure) -> {
                    // Whatever Ratis says, an entry that had been handed to the log may
                    // be found there by the next leader.
                    boolean proposed = machine.forget(request.getCallId());
                    if (failure == null) {
                        return reply.getMessage().getContent().toByteArray();
                    }
                    RaftFailedException refusal = failure(failure);
                    throw proposed
                            ? new OutcomeUnknownException(
                                    String.valueOf(refusal.getMessage()), refusal)
                            : refusal;
                });
    }

    /**
     * Completes when everything that the group had acknowledged before the call is applied here.
     * Works on followers too, which ask the leader.
     */
    public CompletableFuture<Void> barrier() {
        DivisionInfo info = division.getInfo();
        // Ratis answers a leader of a group of one at once, even before it has applied what its
        // log holds from before a restart.
        if (info.isLeader() && !info.isLeaderReady()) {
            return CompletableFuture.failedFuture(
                    new RaftFailedException("the leader is not ready yet", null));
        }
        return submit(request(RaftClientRequest.readRequestType(), Message.EMPTY))
                .thenApply(reply -> null);
    }

    private RaftClientRequest request(RaftClientRequest.Type type, Message message) {
        return RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(self)
                .setGroupId(group)
                .setCallId(calls.incrementAndGet())
                .setType(type)
                .setMessage(message)
                .build();
    }

    private CompletableFuture<RaftClientReply> submit(RaftClientRequest request) {
        CompletableFuture<RaftClientReply> reply;
        try {
            // The division takes requests itself; through the server each would cost two more
            // changes of thread.
            reply =
                    division instanceof RaftClientAsynchronousProtocol direct
                            ? direct.submitClientRequestAsync(request)
                            : server.submitClientRequestAsync(request);
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(failure(e));
        }
        return reply.handle((answer, failure) -> {
            if (failure != null) {
                throw failure(failure);
            }
            RaftException refused = answer.getException();
            if (refused != null) {
                throw failure(refused);
            }
            return answer;
        });
    }

    private static RaftFailedException failure(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return switch (cause) {
            case RaftFailedException e -> e;
            case NotLeaderException e -> {
                RaftPeer leader = e.getSuggestedLeader();
                yield new NotLeadingException(leader == null ? null : leader.getId().toString());
            }
            case ResourceUnavailableException e ->
                    new RaftFailedException("too much is on its way already", e);
            default -> new RaftFailedException("no answer: " + cause.getMessage(), cause);
        };
    }

    /** Whether this member leads and has applied everything from before it led. */
    public boolean leads() {
        DivisionInfo info = division.getInfo();
        return info.isLeader() && info.isLeaderReady();
    }

    /** The name of the member that leads, if it is known. */
    public @Nullable String leader() {
        RaftPeerId leader = division.getInfo().getLeaderId();
        return leader == null ? null : leader.toString();
    }

    /** False once the node has stopped, by {@link #close()} or because its state failed. */
    public boolean isRunning() {
        LifeCycle.State state = division.getInfo().getLifeCycleState();
        return !state.isClosingOrClosed() && state != LifeCycle.State.EXCEPTION;
    }

    /** The names of the group's members. */
    public List<String> members() {
        return division.getRaftConf().getAllPeers().stream()
                .map(peer -> peer.getId().toString())
                .sorted()
                .toList();
    }

    /**
     * Changes who is a member; this one must lead, and new ones must run. A checkpoint is made
     * first: a new member is sent it before anything else, and so learns also what was never in
     * this log, such as a backup that this group began with.
     */
    public CompletableFuture<Void> changeMembers(List<RaftMember> members) {
        return checkpoint(MEMBER_TIMEOUT).thenCompose(made -> configure(members));
    }

    private CompletableFuture<Void> configure(List<RaftMember> members) {
        try {
            return answered(
                    server.setConfigurationAsync(
                            new SetConfigurationRequest(
                                    client, self, group, calls.incrementAndGet(), peers(members))));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(failure(e));
        }
    }

    /** Hands leadership to another member. */
    public CompletableFuture<Void> transferLeadership(String member, Duration timeout) {
        try {
            return answered(
                    server.transferLeadershipAsync(
                            new TransferLeadershipRequest(
                                    client,
                                    self,
                                    group,
                                    calls.incrementAndGet(),
                                    RaftPeerId.valueOf(member),
                                    timeout.toMillis())));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(failure(e));
        }
    }

    /** Makes a checkpoint now and cuts the log. */
    public CompletableFuture<Void> checkpoint(Duration timeout) {
        return answered(
                server.snapshotManagementAsync(
                        SnapshotManagementRequest.newCreate(
                                client, self, group, calls.incrementAndGet(), timeout.toMillis())));
    }

    private static CompletableFuture<Void> answered(CompletableFuture<RaftClientReply> reply) {
        return reply.handle((answer, failure) -> {
            if (failure != null) {
                throw failure(failure);
            }
            RaftException refused = answer.getException();
            if (refused != null) {
                throw failure(refused);
            }
            return null;
        });
    }

    /**
     * Applies what is committed, makes a checkpoint, closes the state, stops. Nothing touches its
     * directory any more.
     */
    @Override
    public void close() throws IOException {
        server.close();
        awaitClosed();
    }

    /** A member that its group has left ends itself; the server does not wait for that. */
    private void awaitClosed() throws IOException {
        long until = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
        while (division.getInfo().getLifeCycleState() != LifeCycle.State.CLOSED) {
            if (System.nanoTime() - until > 0) {
                throw new IOException("the member has not ended within " + CLOSE_TIMEOUT);
            }
            LockSupport.parkNanos(CLOSE_LOOK.toNanos());
        }
    }
}
