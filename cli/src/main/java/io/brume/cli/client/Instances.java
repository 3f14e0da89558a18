package io.brume.cli.client;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/** Finds instances by what people call them. */
public final class Instances {
    private final Cloud cloud;

    public Instances(Cloud cloud) {
        this.cloud = requireNonNull(cloud);
    }

    /** All instances that a Describe with these parameters gives. */
    public List<Instance> list(Form parameters) {
        var found = new ArrayList<Instance>();
        for (XmlTree reservation :
                cloud.ec2List("DescribeInstances", parameters, "reservationSet")) {
            reservation.list("instancesSet").forEach(item -> found.add(Instance.of(item)));
        }
        return found;
    }

    /** The instances of these ids, in that order. */
    public List<Instance> ofIds(List<String> ids) {
        List<Instance> found = list(new Form().withList("InstanceId", ids));
        return ids.stream()
                .flatMap(id -> found.stream().filter(each -> each.id().equals(id)))
                .toList();
    }

    /** Those of that name which have not ended. */
    public List<Instance> named(String name) {
        return list(
                new Form()
                        .withFilter("tag:Name", name)
                        .withFilter(
                                "instance-state-name",
                                "pending",
                                "running",
                                "stopping",
                                "stopped"));
    }

    /**
     * The one instance that a user means.
     *
     * @param nameOrId an id, or the Name tag of one instance that has not ended
     */
    public Instance one(String nameOrId) {
        List<Instance> found = isId(nameOrId) ? ofIds(List.of(nameOrId)) : named(nameOrId);
        if (found.isEmpty()) {
            throw CliException.usage(
                    "there is no instance " + nameOrId, "see: brume instance list");
        }
        if (found.size() > 1) {
            throw CliException.usage(
                    found.size() + " instances are called " + nameOrId,
                    "name one by its id: "
                            + String.join(", ", found.stream().map(Instance::id).toList()));
        }
        return found.getFirst();
    }

    /** The ids of what a user means; see {@link #one}. */
    public List<String> ids(List<String> namesOrIds) {
        return namesOrIds.stream()
                .map(each -> isId(each) ? each : one(each).id())
                .distinct()
                .toList();
    }

    private static boolean isId(String text) {
        return text.matches("i-[0-9a-f]{8,17}");
    }
}
