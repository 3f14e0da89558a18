package io.brume.storage.block.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Reads the log when the program starts. A record that is not whole is where the log ends, unless a
 * later record or head is evidence that it was durable: then the log is damaged. A record whose
 * head is whole but whose bytes are not, and that was durable, is kept: its sums tell who reads it.
 */
final class JournalScan {
    private final List<JournalFile> all;
    private final LiveFiles live;
    private final long size;
    private final ByteBuffer content;
    private final Map<Long, JournalFile> byNumber = new TreeMap<>();
    private long evidence;

    JournalScan(List<JournalFile> all, LiveFiles live, long size) {
        this.all = all;
        this.live = live;
        this.size = size;
        this.content = ByteBuffer.allocateDirect(Math.toIntExact(size));
    }

    void run(Consumer<JournalRecord> progress, Replay replay) throws IOException {
        JournalFile.Head newest = null;
        long oldest = 0;
        for (JournalFile file : all) {
            JournalFile.Head found = JournalFile.head(file.file);
            if (found == null) {
                continue;
            }
            file.number = found.number();
            if (byNumber.put(found.number(), file) != null) {
                throw new IOException("two files of the journal have number " + found.number());
            }
            oldest = Math.max(oldest, found.oldest());
            newest = newest == null || newest.number() < found.number() ? found : newest;
        }
        if (newest == null) {
            return;
        }
        evidence = newest.durable();
        for (long number = oldest; number <= newest.number(); number++) {
            JournalFile file = byNumber.get(number);
            if (file != null) {
                load(file);
                gatherEvidence(number);
            }
        }
        for (long number = oldest; number <= newest.number(); number++) {
            JournalFile file = byNumber.get(number);
            if (file == null) {
                end(number * size);
                return;
            }
            load(file);
            live.add(file);
            if (!replay(number, progress, replay)) {
                return;
            }
        }
    }

    private void load(JournalFile file) throws IOException {
        content.clear();
        file.file.read(content, 0);
        content.clear();
    }

    /** What all records of a file that can be read know to be durable, those after a gap, too. */
    private void gatherEvidence(long number) {
        int at = JournalFile.START;
        while (at + JournalRecord.HEAD <= content.capacity()) {
            JournalRecord record = JournalRecord.read(content, at, number * size + at);
            if (record == null) {
                at += Long.BYTES;
            } else {
                evidence = Math.max(evidence, record.durable());
                at = (int) (record.next() - number * size);
            }
        }
    }

    /** Whether the log goes on in the next file. */
    private boolean replay(long number, Consumer<JournalRecord> progress, Replay replay)
            throws IOException {
        int at = JournalFile.START;
        while (true) {
            long place = number * size + at;
            JournalRecord record = JournalRecord.read(content, at, place);
            if (record == null) {
                end(place);
                return false;
            }
            int payload = (int) (record.payloadPlace() - number * size);
            if (record.next() > evidence && !record.isWhole(content, payload)) {
                return false;
            }
            progress.accept(record);
            if (record.kind() == RecordKind.END) {
                return true;
            }
            replay.replay(record);
            at = (int) (record.next() - number * size);
        }
    }

    private void end(long place) throws IOException {
        if (evidence > place) {
            throw new IOException(
                    "the journal is damaged at "
                            + place
                            + ", before what was durable ("
                            + evidence
                            + ")");
        }
    }
}
