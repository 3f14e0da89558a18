package io.brume.node.volume;

import io.brume.node.volume.VolumeRequest.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which snapshots are wanted of a volume, and which are cut. On the loop. */
final class CutList implements GroupedCut.Owner {
    private final EventLoop loop;
    private final RequestFlow flow;
    private final CutGroups groups;
    private final String volumeId;
    private final Runnable changed;
    private final Set<String> done = new LinkedHashSet<>();
    private final Set<String> failed = new LinkedHashSet<>();
    private final Set<String> underWay = new HashSet<>();
    private final Map<String, GroupedCut> grouped = new LinkedHashMap<>();

    /**
     * @param flow of the volume's requests
     * @param groups of the host's volumes
     * @param changed told when a cut is made, or cannot be
     */
    CutList(EventLoop loop, RequestFlow flow, CutGroups groups, String volumeId, Runnable changed) {
        this.loop = loop;
        this.flow = flow;
        this.groups = groups;
        this.volumeId = volumeId;
        this.changed = changed;
    }

    List<String> done() {
        return List.copyOf(done);
    }

    /** Those that cannot be of their group's moment any more. */
    List<String> failed() {
        return List.copyOf(failed);
    }

    /** The volume is begun; nobody can have asked anything of it yet. */
    void start(VolumeWant want) {
        for (String snapshot : want.cuts()) {
            want.groupOf(snapshot).ifPresent(group -> inGroup(snapshot).start(group));
        }
    }

    /**
     * The replicas are open. A cut that only some of them know was cut short, unless all have the
     * same last change: then those that do not know it were rebuilt since.
     */
    void opened(VolumeWant want, List<ReplicaSlot> members) {
        long first = members.getFirst().opening().lastSequence();
        boolean same = true;
        for (ReplicaSlot member : members) {
            same &= member.opening().lastSequence() == first;
        }
        for (String snapshot : want.cuts()) {
            int known = 0;
            for (ReplicaSlot member : members) {
                if (member.opening().cuts().contains(snapshot)) {
                    known++;
                }
            }
            if (known == members.size() || (known > 0 && same)) {
                done.add(snapshot);
                GroupedCut cut = grouped.get(snapshot);
                if (cut != null) {
                    cut.found();
                }
            }
        }
        want(want, true);
    }

    /**
     * A newer word.
     *
     * @param serving whether cuts that have a moment of their own can be made
     */
    void want(VolumeWant want, boolean serving) {
        done.retainAll(want.cuts());
        failed.retainAll(want.cuts());
        for (GroupedCut cut : List.copyOf(grouped.values())) {
            if (!want.cuts().contains(cut.snapshotId())) {
                grouped.remove(cut.snapshotId());
                cut.leave();
            }
        }
        for (String snapshot : want.cuts()) {
            if (done.contains(snapshot) || failed.contains(snapshot)) {
                continue;
            }
            var group = want.groupOf(snapshot);
            GroupedCut known = grouped.get(snapshot);
            if (group.isEmpty()) {
                if (serving && underWay.add(snapshot)) {
                    alone(snapshot);
                }
            } else if (known == null) {
                inGroup(snapshot).ask(group.get());
            } else {
                known.change(group.get());
            }
        }
    }

    /** The volume ends. */
    void close() {
        for (GroupedCut cut : new ArrayList<>(grouped.values())) {
            cut.leave();
        }
        grouped.clear();
    }

    private GroupedCut inGroup(String snapshot) {
        var cut = new GroupedCut(loop, flow, groups, volumeId, snapshot, this);
        grouped.put(snapshot, cut);
        return cut;
    }

    private void alone(String snapshot) {
        var request = request(snapshot);
        request.done =
                error -> {
                    underWay.remove(snapshot);
                    if (error == 0) {
                        made(snapshot);
                    }
                };
        flow.submit(request);
    }

    /**
     * Nothing passes it but reads: no replica has a later change while another has not made the
     * cut.
     */
    static VolumeRequest request(String snapshot) {
        var request = new VolumeRequest();
        request.kind = Kind.CUT;
        request.offset = 0;
        request.length = Long.MAX_VALUE / 2;
        request.snapshotId = snapshot;
        return request;
    }

    @Override
    public void made(String snapshotId) {
        done.add(snapshotId);
        changed.run();
    }

    @Override
    public void failed(String snapshotId) {
        failed.add(snapshotId);
        changed.run();
    }
}
