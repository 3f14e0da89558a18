package io.brume.node.volume;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A volume's cut that is to be of one moment with those of other volumes. What {@link CutGroups}
 * calls may come from any thread, everything else is on the loop.
 */
final class GroupedCut implements CutGroups.Member {
    private static final Logger LOG = LoggerFactory.getLogger(GroupedCut.class);

    /** How long changes wait for the other volumes, which are all asked already. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** The same when the volume is only begun: the others may be begun a little later. */
    private static final Duration PATIENCE_AT_START = Duration.ofSeconds(5);

    private static final Duration REST = Duration.ofSeconds(1);

    /** Who is told how it went. */
    interface Owner {
        /** Every in-sync replica has it. */
        void made(String snapshotId);

        /** It cannot be of its group's moment any more. */
        void failed(String snapshotId);
    }

    private final EventLoop loop;
    private final RequestFlow flow;
    private final CutGroups groups;
    private final String volumeId;
    private final String snapshotId;
    private final Owner owner;
    private CutGroups.@Nullable Place place;
    private @Nullable VolumeRequest request;
    private boolean passed;
    private boolean left;
    private boolean hasFailed;
    private int entries;

    GroupedCut(
            EventLoop loop,
            RequestFlow flow,
            CutGroups groups,
            String volumeId,
            String snapshotId,
            Owner owner) {
        this.loop = loop;
        this.flow = flow;
        this.groups = groups;
        this.volumeId = volumeId;
        this.snapshotId = snapshotId;
        this.owner = owner;
    }

    String snapshotId() {
        return snapshotId;
    }

    /** The volume is only begun: the cut comes before everything else. */
    void start(CutGroup cut) {
        putInOrder(PATIENCE_AT_START);
        place = groups.join(cut, volumeId, this, true);
    }

    /** The volume is in use. */
    void ask(CutGroup cut) {
        place = groups.join(cut, volumeId, this, false);
    }

    /** A newer word. */
    void change(CutGroup cut) {
        CutGroups.Place known = place;
        if (known != null && !left) {
            groups.change(known, cut);
        }
    }

    /** Every replica turns out to have it. */
    void found() {
        CutGroups.Place known = place;
        if (known != null && !left) {
            groups.found(known);
        }
        withdraw(0);
    }

    /** It is not wanted any more, or the volume ends. What is being made is made. */
    void leave() {
        CutGroups.Place known = place;
        left = true;
        if (known != null) {
            groups.leave(known);
        }
        if (!passed) {
            withdraw(Errors.INPUT_OUTPUT);
        }
    }

    private void putInOrder(Duration patience) {
        var cut = CutList.request(snapshotId);
        cut.gated = true;
        cut.done = this::ended;
        request = cut;
        entries++;
        int entry = entries;
        flow.submit(cut);
        loop.after(patience, () -> expired(entry));
    }

    private void expired(int entry) {
        CutGroups.Place known = place;
        // Without a request the volume has failed, and nothing of it passes its place any more.
        if (!left && entry == entries && request != null && known != null) {
            groups.expired(known);
        }
    }

    private void ended(int error) {
        request = null;
        if (error == 0) {
            owner.made(snapshotId);
        }
    }

    private void withdraw(int error) {
        VolumeRequest known = request;
        request = null;
        if (known != null) {
            flow.withdraw(known, error);
        }
    }

    @Override
    public void enter() {
        loop.execute(() -> {
            CutGroups.Place known = place;
            if (!left && !hasFailed && known != null && request == null) {
                putInOrder(PATIENCE);
                groups.entered(known);
            }
        });
    }

    @Override
    public void pass() {
        loop.execute(() -> {
            passed = true;
            VolumeRequest known = request;
            if (known != null) {
                flow.pass(known);
            }
        });
    }

    @Override
    public void rest() {
        loop.execute(() -> {
            LOG.warn("{}: the other volumes of {} do not come", volumeId, snapshotId);
            withdraw(Errors.INPUT_OUTPUT);
            loop.after(REST, this::again);
        });
    }

    private void again() {
        CutGroups.Place known = place;
        if (!left && known != null) {
            groups.again(known);
        }
    }

    @Override
    public void fail() {
        loop.execute(() -> {
            hasFailed = true;
            if (!left) {
                LOG.warn("{}: {} cannot be of one moment with the others", volumeId, snapshotId);
                withdraw(Errors.INPUT_OUTPUT);
                owner.failed(snapshotId);
            }
        });
    }
}
