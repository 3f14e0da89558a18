package io.brume.storage.object.index.group;

import static io.brume.storage.object.index.TestObjects.BUCKET;
import static io.brume.storage.object.index.TestObjects.OWNER;
import static io.brume.storage.object.index.TestObjects.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.time.Time;
import io.brume.storage.object.index.Condition;
import io.brume.storage.object.index.IndexFault;
import io.brume.storage.object.index.IndexFault.Reason;
import io.brume.storage.object.index.ListPage;
import io.brume.storage.object.index.ListRequest;
import io.brume.storage.object.index.NewObject;
import io.brume.storage.object.index.group.TestNodes.Node;
import io.brume.storage.object.index.wire.GrpcIndexCalls;
import io.brume.storage.object.index.wire.IndexService;
import io.brume.storage.object.index.wire.NotReachedException;
import io.brume.storage.object.index.wire.RemoteIndex;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.peers.PeerChannels;
import io.brume.store.CommitOutcomeUnknownException;
import io.brume.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The index kept by three storage nodes, and asked through any. */
@Timeout(120)
final class IndexGroupIT {
    private static final String NOTHING = "nothing";

    @TempDir private Path directory;
    private TestNodes nodes;
    private Node one;
    private Node two;
    private Node three;

    /** Keeps nothing itself. */
    private Node guest;

    @BeforeEach
    void start() throws IOException {
        nodes = new TestNodes(directory);
        one = nodes.add("one");
        two = nodes.add("two");
        three = nodes.add("three");
        guest = nodes.add("guest");
        nodes.tell(false, one);
        await(() -> one.keeper.role() == IndexRole.LEADER);
        guest.index.createBucket(BUCKET, OWNER, "local", false, Map.of());
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(TestNodes.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }

    private void grow() throws IOException {
        nodes.tell(true, one, two, three);
        await(() ->
                Stream.of(one, two, three)
                        .allMatch(node ->
                                node.keeper
                                        .member()
                                        .filter(member -> member.members().size() == 3)
                                        .filter(member -> member.role() != IndexRole.WAITING)
                                        .isPresent()));
    }

    private Node leader() {
        await(() ->
                Stream.of(one, two, three)
                        .anyMatch(node -> node.keeper.role() == IndexRole.LEADER));
        return Stream.of(one, two, three)
                .filter(node -> node.keeper.role() == IndexRole.LEADER)
                .findAny()
                .orElseThrow();
    }

    private static String etag(Node node, String key) {
        return node.index
                .find(BUCKET, new ObjectKey(key), Optional.empty())
                .flatMap(ObjectVersion::content)
                .map(ObjectContent::etag)
                .orElse(NOTHING);
    }

    @Test
    void aGroupOfOneGrowsAndWhatIsPutThroughOneNodeIsReadThroughAll() throws IOException {
        one.index.put(BUCKET, object("a", "first"), Condition.NONE);
        assertThat(etag(three, "a")).isEqualTo("first");
        grow();
        int round = 0;
        for (Node through : List.of(one, two, three, guest)) {
            String etag = "etag" + round++;
            through.index.put(BUCKET, object("a", etag), Condition.NONE);
            for (Node node : List.of(one, two, three, guest)) {
                assertThat(etag(node, "a")).isEqualTo(etag);
            }
        }
        ListPage<ObjectVersion> page =
                guest.index.list(BUCKET, new ListRequest("", "", "", "", 10));
        assertThat(page).isEqualTo(two.index.list(BUCKET, new ListRequest("", "", "", "", 10)));
        assertThat(page.items()).hasSize(1);
        faultsTravelAndStrangersAreTurnedAway();
        withoutAMajorityNothingIsAcknowledged();
    }

    private void faultsTravelAndStrangersAreTurnedAway() throws IOException {
        for (Node node : List.of(one, two, three, guest)) {
            assertThatThrownBy(() ->
                            node.index.put(BUCKET, object("none", "x"), Condition.ifMatch("y")))
                    .isInstanceOfSatisfying(
                            IndexFault.class,
                            fault -> assertThat(fault.reason()).isEqualTo(Reason.NO_SUCH_KEY));
        }
        try (PeerChannels channels = new PeerChannels(IndexService.MAX_MESSAGE_BYTES)) {
            var compute = nodes.identity("compute", "compute-node");
            channels.joined(() -> compute);
            RemoteIndex stranger =
                    new RemoteIndex(
                            new GrpcIndexCalls(channels, one.member.peer(), Duration.ofSeconds(5)));
            assertThatThrownBy(() -> stranger.bucket(BUCKET))
                    .isInstanceOf(NotReachedException.class)
                    .hasMessageContaining("PERMISSION_DENIED");
        }
    }

    private void withoutAMajorityNothingIsAcknowledged() {
        Node leader = leader();
        Stream.of(one, two, three).filter(node -> node != leader).toList().forEach(nodes::kill);
        ForwardingIndex impatient =
                new ForwardingIndex(
                        guest.keeper, guest.channels, Time.system(), Duration.ofSeconds(2));
        assertThatThrownBy(() -> impatient.put(BUCKET, object("b", "x"), Condition.NONE))
                .isInstanceOf(StoreUnavailableException.class);
    }

    /** What became of one conditional put. */
    private enum Fate {
        WON,
        LOST,
        UNKNOWN
    }

    private static Fate race(Node node, NewObject object) {
        try {
            node.index.put(BUCKET, object, Condition.ifNoneMatch("*"));
            return Fate.WON;
        } catch (IndexFault fault) {
            assertThat(fault.reason()).isEqualTo(Reason.PRECONDITION_FAILED);
            return Fate.LOST;
        } catch (CommitOutcomeUnknownException e) {
            return Fate.UNKNOWN;
        }
    }

    @Test
    void oneOfThoseWhoPutThroughDifferentNodesWinsThoughTheLeaderDies() throws Exception {
        grow();
        Node dying = leader();
        List<Node> living =
                Stream.of(one, two, three, guest).filter(node -> node != dying).toList();
        long started = System.nanoTime();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> rounds = new ArrayList<>();
            for (int round = 0; round < 60; round++) {
                String key = "key" + round;
                if (round == 20) {
                    rounds.add(
                            clients.submit(() -> {
                                nodes.kill(dying);
                                return true;
                            }));
                }
                List<Future<Fate>> tries = new ArrayList<>();
                for (Node node : living) {
                    NewObject object = object(key, node.member.name());
                    tries.add(clients.submit(() -> race(node, object)));
                }
                rounds.add(clients.submit(() -> oneWon(key, living, tries)));
                if (round % 10 == 9) {
                    rounds.getLast().get();
                }
            }
            for (Future<Boolean> round : rounds) {
                assertThat(round.get()).isTrue();
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .isLessThan(Duration.ofSeconds(30));
        living.getFirst().index.put(BUCKET, object("after", "x"), Condition.NONE);
        assertThat(etag(guest, "after")).isEqualTo("x");
    }

    private static boolean oneWon(String key, List<Node> living, List<Future<Fate>> tries)
            throws Exception {
        List<String> won = new ArrayList<>();
        Set<String> possible = new HashSet<>();
        for (int i = 0; i < tries.size(); i++) {
            Fate fate = tries.get(i).get();
            String name = living.get(i).member.name();
            if (fate == Fate.WON) {
                won.add(name);
            }
            if (fate != Fate.LOST) {
                possible.add(name);
            }
        }
        assertThat(won).hasSizeLessThanOrEqualTo(1);
        assertThat(possible).isNotEmpty();
        Set<String> found = new HashSet<>();
        for (Node node : living) {
            found.add(etag(node, key));
        }
        assertThat(found).hasSize(1);
        // What nobody knows of may never have happened.
        return won.isEmpty()
                ? possible.containsAll(found) || found.equals(Set.of(NOTHING))
                : found.equals(Set.copyOf(won));
    }

    @Test
    void aMemberThatIsLostIsReplacedAndOneThatLeavesTidiesUp() throws IOException {
        grow();
        guest.index.put(BUCKET, object("a", "before"), Condition.NONE);
        Node lost = Stream.of(two, three).filter(node -> node != leader()).findAny().orElseThrow();
        nodes.kill(lost);
        Node left = Stream.of(two, three).filter(node -> node != lost).findAny().orElseThrow();
        nodes.tell(true, one, left, guest);
        await(() ->
                guest.keeper
                        .member()
                        .filter(member -> member.role() != IndexRole.WAITING)
                        .filter(member -> !member.members().contains(lost.member.name()))
                        .isPresent());
        assertThat(etag(guest, "a")).isEqualTo("before");
        guest.index.put(BUCKET, object("a", "after"), Condition.NONE);

        nodes.tell(true, left, guest);
        await(() ->
                left.keeper.member().filter(member -> member.members().size() == 2).isPresent());
        await(() -> {
            nodes.tell(true, left, guest);
            return one.keeper.member().isEmpty() && isEmpty(directory.resolve("one"));
        });
        one.index.put(BUCKET, object("a", "still"), Condition.NONE);
        assertThat(etag(one, "a")).isEqualTo("still");
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }
}
