package io.brume.store.commit;

import io.brume.store.machine.RowView;

/** The newest view of the rows, shared by all who read it and closed after the last. */
final class Published {
    private final RowView rows;
    private final long revision;
    private int users = 1;

    Published(RowView rows, long revision) {
        this.rows = rows;
        this.revision = revision;
    }

    RowView rows() {
        return rows;
    }

    long revision() {
        return revision;
    }

    /** Whether it could still be had; if so, release it. */
    synchronized boolean acquire() {
        if (users == 0) {
            return false;
        }
        users++;
        return true;
    }

    void release() {
        synchronized (this) {
            users--;
            if (users > 0) {
                return;
            }
        }
        rows.close();
    }
}
