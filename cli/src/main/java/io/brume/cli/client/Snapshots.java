package io.brume.cli.client;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds snapshots by what people call them. */
public final class Snapshots {
    private final Cloud cloud;
    private final ByName<Snapshot> names =
            new ByName<>("snapshot", "snap", "SnapshotId.1", this::list, Snapshot::id);

    public Snapshots(Cloud cloud) {
        this.cloud = requireNonNull(cloud);
    }

    /** A snapshot as DescribeSnapshots gives it; what is absent is empty. */
    public record Snapshot(
            String id,
            String name,
            String state,
            String progress,
            String volumeId,
            String size,
            String owner,
            String started,
            String description) {
        static Snapshot of(XmlTree item) {
            return new Snapshot(
                    item.at("snapshotId"),
                    Volumes.nameTag(item),
                    item.at("status"),
                    item.at("progress"),
                    item.at("volumeId"),
                    item.at("volumeSize"),
                    item.at("ownerId"),
                    item.at("startTime"),
                    item.at("description"));
        }

        /** By AWS's names, for output. */
        public Map<String, Object> row() {
            var row = new LinkedHashMap<String, Object>();
            row.put("SnapshotId", id);
            row.put("Name", name);
            row.put("State", state);
            row.put("Progress", progress);
            row.put("VolumeId", volumeId);
            row.put("VolumeSize", size);
            row.put("OwnerId", owner);
            row.put("StartTime", started);
            row.put("Description", description);
            return row;
        }
    }

    public List<Snapshot> list(Form parameters) {
        return cloud.ec2List("DescribeSnapshots", parameters, "snapshotSet").stream()
                .map(Snapshot::of)
                .toList();
    }

    /**
     * The one snapshot that a user means.
     *
     * @param nameOrId an id, or the Name tag of one snapshot
     */
    public Snapshot one(String nameOrId) {
        return names.one(nameOrId);
    }

    /** The id of what a user means; see {@link #one}. */
    public String id(String nameOrId) {
        return names.id(nameOrId);
    }
}
