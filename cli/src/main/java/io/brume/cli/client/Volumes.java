package io.brume.cli.client;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds volumes by what people call them. */
public final class Volumes {
    private final Cloud cloud;
    private final ByName<Volume> names =
            new ByName<>("volume", "vol", "VolumeId.1", this::list, Volume::id);

    public Volumes(Cloud cloud) {
        this.cloud = requireNonNull(cloud);
    }

    /**
     * A volume as DescribeVolumes gives it; what is absent is empty.
     *
     * @param attachment attaching, attached, detaching or busy; empty = none
     */
    public record Volume(
            String id,
            String name,
            String state,
            String size,
            String type,
            String iops,
            String throughput,
            String zone,
            String snapshotId,
            String instanceId,
            String device,
            String attachment,
            String created) {
        static Volume of(XmlTree item) {
            var attachment =
                    item.list("attachmentSet").stream()
                            .findFirst()
                            .orElse(new XmlTree("item", "", List.of()));
            return new Volume(
                    item.at("volumeId"),
                    nameTag(item),
                    item.at("status"),
                    item.at("size"),
                    item.at("volumeType"),
                    item.at("iops"),
                    item.at("throughput"),
                    item.at("availabilityZone"),
                    item.at("snapshotId"),
                    attachment.at("instanceId"),
                    attachment.at("device"),
                    attachment.at("status"),
                    item.at("createTime"));
        }

        /** By AWS's names, for output. */
        public Map<String, Object> row() {
            var row = new LinkedHashMap<String, Object>();
            row.put("VolumeId", id);
            row.put("Name", name);
            row.put("State", state);
            row.put("Size", size);
            row.put("VolumeType", type);
            row.put("Iops", iops);
            row.put("Throughput", throughput);
            row.put("AvailabilityZone", zone);
            row.put("SnapshotId", snapshotId);
            row.put("InstanceId", instanceId);
            row.put("Device", device);
            row.put("Attachment", attachment);
            row.put("CreateTime", created);
            return row;
        }
    }

    /** The Name tag of an item; empty when it has none. */
    static String nameTag(XmlTree item) {
        for (XmlTree tag : item.list("tagSet")) {
            if (tag.at("key").equals("Name")) {
                return tag.at("value");
            }
        }
        return "";
    }

    public List<Volume> list(Form parameters) {
        return cloud.ec2List("DescribeVolumes", parameters, "volumeSet").stream()
                .map(Volume::of)
                .toList();
    }

    /**
     * The one volume that a user means.
     *
     * @param nameOrId an id, or the Name tag of one volume
     */
    public Volume one(String nameOrId) {
        return names.one(nameOrId);
    }

    /** The id of what a user means; see {@link #one}. */
    public String id(String nameOrId) {
        return names.id(nameOrId);
    }
}
