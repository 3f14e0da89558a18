package io.brume.cli.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An instance as DescribeInstances gives it; what is absent is empty. */
public record Instance(
        String id,
        String name,
        String state,
        String type,
        String imageId,
        String keyName,
        String privateAddress,
        String publicAddress,
        String zone,
        String subnetId,
        String launched,
        String stateReason,
        List<String> groups) {
    public Instance {
        groups = List.copyOf(groups);
    }

    static Instance of(XmlTree item) {
        String name = "";
        for (XmlTree tag : item.list("tagSet")) {
            if (tag.at("key").equals("Name")) {
                name = tag.at("value");
            }
        }
        return new Instance(
                item.at("instanceId"),
                name,
                item.at("instanceState", "name"),
                item.at("instanceType"),
                item.at("imageId"),
                item.at("keyName"),
                item.at("privateIpAddress"),
                item.at("ipAddress"),
                item.at("placement", "availabilityZone"),
                item.at("subnetId"),
                item.at("launchTime"),
                item.at("stateReason", "message"),
                item.list("groupSet").stream().map(group -> group.at("groupName")).toList());
    }

    /** By AWS's names, for output. */
    public Map<String, Object> row() {
        var row = new LinkedHashMap<String, Object>();
        row.put("InstanceId", id);
        row.put("Name", name);
        row.put("State", state);
        row.put("InstanceType", type);
        row.put("PublicIpAddress", publicAddress);
        row.put("PrivateIpAddress", privateAddress);
        row.put("ImageId", imageId);
        row.put("KeyName", keyName);
        row.put("AvailabilityZone", zone);
        row.put("SubnetId", subnetId);
        row.put("SecurityGroups", String.join(",", groups));
        row.put("LaunchTime", launched);
        row.put("StateReason", stateReason);
        return row;
    }
}
