package io.brume.storage.object.index.group;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.storage.object.index.WholeIndex;
import io.brume.storage.object.index.group.IndexGroup.Member;
import io.brume.storage.object.index.wire.GrpcIndexCalls;
import io.brume.storage.object.index.wire.RemoteIndex;
import io.brume.storage.peers.PeerChannels;
import io.brume.store.CommitOutcomeUnknownException;
import io.brume.store.NotLeaderException;
import io.brume.store.StoreUnavailableException;
import io.brume.store.TransactionConflictException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds a member that can serve a call, within a bounded time. What has certainly not happened is
 * tried again where it may succeed; what may have happened is tried again only if it changes
 * nothing. Thread-safe.
 */
final class Route {
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration LEAST = Duration.ofSeconds(1);

    private final IndexKeeper keeper;
    private final PeerChannels channels;
    private final Time time;
    private final Duration patience;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile @Nullable String leader;

    /**
     * @param patience how long a call looks for a member, and waits for it
     */
    Route(IndexKeeper keeper, PeerChannels channels, Time time, Duration patience) {
        this.keeper = requireNonNull(keeper);
        this.channels = requireNonNull(channels);
        this.time = requireNonNull(time);
        this.patience = requireNonNull(patience);
    }

    /** A call that changes nothing: whichever member answers. */
    <T> T read(Function<WholeIndex, T> call) {
        return go(call, true);
    }

    /** A call that only the leader can serve. */
    <T> T change(Function<WholeIndex, T> call) {
        return go(call, false);
    }

    private <T> T go(Function<WholeIndex, T> call, boolean read) {
        long start = time.nanos();
        for (int attempt = 0; ; attempt++) {
            Duration left = patience.minus(time.since(start));
            try {
                return call.apply(read ? reader(attempt, left) : leader(attempt, left));
            } catch (StoreUnavailableException e) {
                if (!isTriedAgain(e, read) || time.since(start).compareTo(patience) >= 0) {
                    throw e;
                }
                leader = e instanceof NotLeaderException moved ? moved.leader() : null;
                if (attempt > 0 || leader == null) {
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            }
        }
    }

    private static boolean isTriedAgain(StoreUnavailableException failure, boolean read) {
        return switch (failure) {
            case TransactionConflictException _ -> false;
            case CommitOutcomeUnknownException _ -> read;
            default -> true;
        };
    }

    /** This node's own rows first. */
    private WholeIndex reader(int attempt, Duration left) {
        Optional<IndexMember> own = keeper.member();
        return own.isPresent() && attempt % 2 == 0 ? own.get().index() : any(left, attempt);
    }

    private WholeIndex leader(int attempt, Duration left) {
        Optional<IndexMember> own = keeper.member();
        String name = leader;
        if (own.isPresent() && (own.get().role() == IndexRole.LEADER || name == null)) {
            if (own.get().role() == IndexRole.LEADER || attempt % 2 == 0) {
                return own.get().index();
            }
        }
        Optional<Member> known =
                name == null ? Optional.empty() : group().flatMap(all -> all.named(name));
        return known.isPresent() ? remote(known.get(), left) : any(left, attempt);
    }

    private Optional<IndexGroup> group() {
        return keeper.group();
    }

    /** One of the other members: the same one until it fails. */
    private WholeIndex any(Duration left, int attempt) {
        List<Member> members = group().map(IndexGroup::members).orElse(List.of());
        if (members.isEmpty()) {
            throw new StoreUnavailableException("this node knows nobody who keeps the index");
        }
        int number = attempt == 0 ? turn.get() : turn.incrementAndGet();
        return remote(members.get(Math.floorMod(number, members.size())), left);
    }

    private WholeIndex remote(Member member, Duration left) {
        Duration timeout = left.compareTo(LEAST) > 0 ? left : LEAST;
        return new RemoteIndex(new GrpcIndexCalls(channels, member.peer(), timeout));
    }
}
