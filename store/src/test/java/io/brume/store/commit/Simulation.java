package io.brume.store.commit;

import io.brume.store.Bytes;
import io.brume.store.Cell;
import io.brume.store.CommitOutcomeUnknownException;
import io.brume.store.Entry;
import io.brume.store.History;
import io.brume.store.KeyRange;
import io.brume.store.Step;
import io.brume.store.StoreUnavailableException;
import io.brume.store.machine.Block;
import io.brume.store.machine.Commit;
import io.brume.store.machine.CommitMachine;
import io.brume.store.machine.Outcome;
import io.brume.store.machine.Position;
import io.brume.store.machine.Row;
import io.brume.store.machine.RowsFailedException;
import io.brume.store.machine.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Members, clients and a log on one thread, from one seed. Everything that can happen next is one
 * of a few events, and the seed chooses: a client reads one more row, an entry is proposed,
 * committed or lost, a member applies, flushes, crashes, is sent another's rows, its disk fails, a
 * leader is replaced. Transactions, queue, machine and replica are the real ones.
 */
final class Simulation {
    private static final int MEMBERS = 3;
    private static final int CLIENTS = 5;
    private static final int KEYS = 6;
    private static final int EVENTS = 400;
    private static final int RECENT_COMMITS = 12;

    /** An entry of the log; bytes are null for a new leader's first. */
    private static final class LogEntry {
        private final long term;
        private final byte @Nullable [] bytes;
        private @Nullable List<PendingCommit> group;

        LogEntry(long term, byte @Nullable [] bytes, @Nullable List<PendingCommit> group) {
            this.term = term;
            this.bytes = bytes;
            this.group = group;
        }
    }

    private static final class Member {
        private final SimulatedRows rows = new SimulatedRows();
        private Replica replica = open();
        private CommitQueue queue = new CommitQueue();

        private Replica open() {
            return new Replica(rows, new CommitMachine(rows, 1 << 20, RECENT_COMMITS));
        }

        long applied() {
            return replica.head().position().index();
        }
    }

    /** A client in the middle of a transaction, or idle. */
    private static final class Client {
        private final int number;
        private int deeds;
        private int home;
        private long began;
        private @Nullable Long readIndex;
        private List<Step> steps = List.of();
        private int done;
        private boolean viewing;
        private @Nullable Published published;
        private @Nullable OptimisticTransaction tx;
        private Step.Trace trace = new Step.Trace();
        private @Nullable PendingCommit pending;

        Client(int number) {
            this.number = number;
        }

        String writer() {
            return "c" + number + "-" + deeds;
        }

        void idle() {
            if (published != null) {
                published.release();
            }
            published = null;
            tx = null;
            pending = null;
            readIndex = null;
            steps = List.of();
            deeds++;
        }
    }

    private final SplittableRandom random;
    private final UnaryOperator<Commit> tamper;
    private final List<Member> members = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final List<LogEntry> log = new ArrayList<>();
    private final TreeMap<Long, byte[]> answers = new TreeMap<>();
    private final History history = new History();
    private final StringBuilder events = new StringBuilder();
    private long committed = -1;
    private long noted;
    private int leader;
    private long term = 1;
    private long firstOfTerm;
    private long clock;

    /**
     * @param tamper changes commits on their way, to see whether the checker notices
     */
    Simulation(long seed, UnaryOperator<Commit> tamper) {
        this.random = new SplittableRandom(seed);
        this.tamper = tamper;
        for (int i = 0; i < MEMBERS; i++) {
            members.add(new Member());
        }
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Client(i));
        }
        log.add(new LogEntry(term, null, null));
    }

    /** Runs to the end and checks everything; returns what happened, for comparison. */
    String run() {
        for (int i = 0; i < EVENTS; i++) {
            clock++;
            event();
        }
        finish();
        return events.toString();
    }

    private void event() {
        int dice = random.nextInt(100);
        if (dice < 55) {
            client(clients.get(random.nextInt(CLIENTS)));
        } else if (dice < 68) {
            propose();
        } else if (dice < 78) {
            commit();
        } else if (dice < 93) {
            apply(members.get(random.nextInt(MEMBERS)));
        } else if (dice < 95) {
            members.get(random.nextInt(MEMBERS)).rows.flush();
        } else if (dice < 97) {
            crash(random.nextInt(MEMBERS));
        } else if (dice < 98) {
            depose(random.nextInt(MEMBERS));
        } else if (dice < 99) {
            members.get(random.nextInt(MEMBERS)).rows.failNext();
        } else {
            install(members.get(random.nextInt(MEMBERS)), members.get(random.nextInt(MEMBERS)));
        }
    }

    private void note(String what) {
        events.append(clock).append(' ').append(what).append('\n');
    }

    // ---- clients

    private void client(Client client) {
        if (client.pending != null) {
            if (client.pending.outcome().isDone()) {
                finish(client, client.pending);
            }
        } else if (client.steps.isEmpty()) {
            begin(client);
        } else if (client.tx == null) {
            snapshot(client);
        } else if (client.done < client.steps.size()) {
            Step step = client.steps.get(client.done++);
            step.run(client.tx, client.writer(), client.trace);
        } else {
            submit(client, client.tx);
        }
    }

    private void begin(Client client) {
        client.viewing = random.nextInt(3) == 0;
        client.home = client.viewing ? random.nextInt(MEMBERS) : leader;
        client.steps = Step.random(random, KEYS, !client.viewing);
        client.began = clock;
    }

    /** The barrier, then the view. */
    private void snapshot(Client client) {
        Member home = members.get(client.home);
        if (client.readIndex == null) {
            boolean ready = members.get(leader).applied() >= firstOfTerm;
            if (ready && (client.viewing || client.home == leader)) {
                client.readIndex = committed;
            } else if (client.home != leader && !client.viewing) {
                end(client, History.End.NOTHING_HAPPENED, 0);
            }
        } else if (home.applied() >= client.readIndex) {
            client.published = home.replica.view();
            client.tx =
                    new OptimisticTransaction(client.published.rows(), client.published.revision());
            client.trace = new Step.Trace();
            client.done = 0;
        }
    }

    private void submit(Client client, OptimisticTransaction tx) {
        if (tx.writes().isEmpty()) {
            end(client, History.End.VIEWED, tx.revision());
        } else if (client.home != leader) {
            end(client, History.End.NOTHING_HAPPENED, 0);
        } else {
            PendingCommit pending = new PendingCommit(Wire.encode(tamper.apply(tx.toCommit())));
            members.get(client.home).queue.add(pending);
            client.pending = pending;
        }
    }

    private void finish(Client client, PendingCommit pending) {
        if (pending.outcome().isCompletedExceptionally()) {
            boolean unknown =
                    pending.outcome().exceptionNow() instanceof CommitOutcomeUnknownException;
            end(client, unknown ? History.End.UNKNOWN : History.End.NOTHING_HAPPENED, 0);
            return;
        }
        switch (pending.outcome().join()) {
            case Outcome.Committed(long revision) -> end(client, History.End.COMMITTED, revision);
            case Outcome.Conflict(), Outcome.TooOld() -> {
                if (random.nextInt(4) == 0) {
                    end(client, History.End.NOTHING_HAPPENED, 0);
                } else {
                    List<Step> again = client.steps;
                    client.idle();
                    client.deeds--;
                    client.steps = again;
                }
            }
        }
    }

    private void end(Client client, History.End end, long revision) {
        note(client.writer() + " " + end + " " + revision);
        history.add(
                new History.Deed(
                        client.writer(), client.began, clock, end, revision, client.trace));
        client.trace = new Step.Trace();
        client.idle();
    }

    // ---- the log

    private void propose() {
        Member member = members.get(leader);
        List<PendingCommit> group = member.queue.take();
        if (!group.isEmpty()) {
            log.add(new LogEntry(term, CommitQueue.entry(group), group));
            note("proposed " + group.size());
        }
    }

    private void commit() {
        if (committed + 1 < log.size()) {
            committed++;
        }
    }

    private void apply(Member member) {
        int next = (int) member.applied() + 1;
        if (next > committed) {
            return;
        }
        LogEntry entry = log.get(next);
        Position position = new Position(entry.term, next);
        try {
            if (entry.bytes == null) {
                member.replica.pass(position);
                return;
            }
            byte[] answer = member.replica.apply(position, entry.bytes);
            agree(next, answer);
            noteCommits(member);
            List<PendingCommit> group = entry.group;
            if (group != null && member == members.get(leader)) {
                entry.group = null;
                CommitQueue.answer(group, answer);
            }
        } catch (RowsFailedException e) {
            note("disk failed");
            crash(members.indexOf(member));
        }
    }

    /** Every member gives every entry the same answer, whatever it has been through. */
    private void agree(long index, byte[] answer) {
        byte[] other = answers.putIfAbsent(index, answer);
        if (other != null && !Arrays.equals(other, answer)) {
            throw new AssertionError("members answer entry " + index + " differently");
        }
    }

    private void noteCommits(Member member) {
        for (Block block : member.replica.recent().between(noted, member.replica.revision())) {
            long revision = block.firstRevision();
            for (Map<Bytes, Optional<byte[]>> writes : block.writes()) {
                if (revision > noted) {
                    noteCommit(revision, writes);
                }
                revision++;
            }
        }
        noted = Math.max(noted, member.replica.revision());
    }

    private void noteCommit(long revision, Map<Bytes, Optional<byte[]>> writes) {
        Bytes prefix = Layout.prefix(Cell.TABLE);
        writes.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                history.committed(
                        revision,
                        Layout.key(Cell.TABLE, key),
                        value.map(Cell.TABLE.codec()::decode));
            }
        });
    }

    private void depose(int next) {
        note("leader " + next);
        int kept = (int) (committed + 1 + random.nextLong(log.size() - committed));
        for (int i = (int) committed + 1; i < log.size(); i++) {
            unknown(log.get(i));
        }
        log.forEach(this::unknown);
        log.subList(kept, log.size()).clear();
        fail(members.get(leader));
        leader = next;
        term++;
        firstOfTerm = log.size();
        log.add(new LogEntry(term, null, null));
    }

    private void unknown(LogEntry entry) {
        List<PendingCommit> group = entry.group;
        entry.group = null;
        if (group != null) {
            CommitQueue.fail(group, new CommitOutcomeUnknownException("deposed", null));
        }
    }

    private static void fail(Member member) {
        CommitQueue.fail(member.queue.take(), new StoreUnavailableException("stopped"));
        member.queue = new CommitQueue();
    }

    // ---- members

    private void crash(int number) {
        note("crash " + number);
        if (number == leader) {
            depose(random.nextInt(MEMBERS));
        }
        Member member = members.get(number);
        abandonViews(number);
        member.replica.close();
        member.rows.crash(random);
        member.replica = member.open();
        fail(member);
    }

    /** Who was reading there sees its connection break. */
    private void abandonViews(int number) {
        for (Client client : clients) {
            if (client.home == number && client.pending == null && !client.steps.isEmpty()) {
                end(client, History.End.NOTHING_HAPPENED, 0);
            }
        }
    }

    private void install(Member from, Member to) {
        if (from.applied() > to.applied() && to != members.get(leader)) {
            note("install");
            abandonViews(members.indexOf(to));
            to.replica.close();
            to.rows.install(from.rows);
            to.replica = to.open();
        }
    }

    // ---- the end

    private void finish() {
        while (committed + 1 < log.size()) {
            commit();
        }
        for (Member member : members) {
            while (member.applied() < committed) {
                apply(member);
            }
        }
        for (Client client : clients) {
            PendingCommit pending = client.pending;
            if (pending != null && pending.outcome().isDone()) {
                finish(client, pending);
            } else if (pending != null) {
                end(client, History.End.UNKNOWN, 0);
            }
        }
        List<Row> first = members.getFirst().rows.all();
        for (Member member : members) {
            same(first, member.rows.all());
        }
        TreeMap<String, Cell> rows = new TreeMap<>();
        Published published = members.getFirst().replica.view();
        Snapshot snapshot = new Snapshot(published.rows(), published.revision());
        for (Entry<String, Cell> row : snapshot.scan(Cell.TABLE, KeyRange.all(), 1000)) {
            rows.put(row.key(), row.value());
        }
        published.release();
        history.check(rows);
        note("rows " + rows);
    }

    private static void same(List<Row> one, List<Row> other) {
        boolean same = one.size() == other.size();
        for (int i = 0; same && i < one.size(); i++) {
            same =
                    one.get(i).key().equals(other.get(i).key())
                            && Arrays.equals(one.get(i).value(), other.get(i).value());
        }
        if (!same) {
            throw new AssertionError("two members hold different rows");
        }
    }

    History history() {
        return history;
    }
}
