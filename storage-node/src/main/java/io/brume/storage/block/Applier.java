package io.brume.storage.block;

import io.brume.storage.block.files.FullDiskException;
import io.brume.storage.block.journal.Journal;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that applies full files of the journal and frees them. A full disk makes it wait: the
 * journal keeps everything. Any other failure ends the journal, and with it the store.
 */
final class Applier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Applier.class);

    private final Journal journal;
    private final Space space;
    private final Collection<DiskReplica> replicas;
    private final Thread thread;
    private volatile boolean stopping;

    Applier(Journal journal, Space space, Collection<DiskReplica> replicas) {
        this.journal = journal;
        this.space = space;
        this.replicas = replicas;
        this.thread = Thread.ofPlatform().name("block-applier").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        boolean more = true;
        var pause = new FullDiskPause("what was accepted waits in the journal");
        while (!stopping && journal.failure() == null) {
            try {
                long number = journal.awaitWork(!more);
                more = true;
                step(number);
                more = preserveSome();
                pause.over();
            } catch (IOException | RuntimeException e) {
                if (stopping) {
                    return;
                }
                if (FullDiskException.is(e)) {
                    pause.await(e);
                } else {
                    LOG.error("the block store stops: its disk has failed", e);
                    journal.fail(e instanceof IOException cause ? cause : new IOException(e));
                }
            }
        }
    }

    /** Whether there is more to preserve. */
    private boolean preserveSome() throws IOException {
        boolean more = false;
        for (DiskReplica replica : replicas) {
            more |= replica.preserveSome();
        }
        return more;
    }

    private void step(long number) throws IOException {
        for (DiskReplica replica : replicas) {
            replica.applyCuts();
        }
        if (journal.isShort() && space.takes(journal.fileBytes())) {
            journal.extend();
        }
        if (number >= 0) {
            long before = journal.endOf(number);
            journal.sync(before);
            for (DiskReplica replica : replicas) {
                replica.apply(before);
            }
            long bytes = journal.dataBytes(number);
            journal.free(number);
            space.applied(bytes);
            space.ask();
        }
    }

    /** Stops after the step that it is at; what is left is applied by the next start. */
    @Override
    public void close() {
        stopping = true;
        journal.stop();
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
