package io.brume.cli.client;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds images by what people call them. */
public final class Images {
    /** The tag of an image that says who logs in. */
    public static final String USER_TAG = "brume:user";

    private final Cloud cloud;

    public Images(Cloud cloud) {
        this.cloud = requireNonNull(cloud);
    }

    /**
     * An image as DescribeImages gives it.
     *
     * @param user who logs in by SSH; empty = not known
     */
    public record Image(
            String id,
            String name,
            String state,
            String stateReason,
            String architecture,
            String description,
            boolean everyone,
            String owner,
            String created,
            String user) {
        static Image of(XmlTree item) {
            String user = "";
            for (XmlTree tag : item.list("tagSet")) {
                if (tag.at("key").equals(USER_TAG)) {
                    user = tag.at("value");
                }
            }
            return new Image(
                    item.at("imageId"),
                    item.at("name"),
                    item.at("imageState"),
                    item.at("stateReason", "message"),
                    item.at("architecture"),
                    item.at("description"),
                    item.at("isPublic").equals("true"),
                    item.at("imageOwnerId"),
                    item.at("creationDate"),
                    user);
        }

        /** By AWS's names, for output. */
        public Map<String, Object> row() {
            var row = new LinkedHashMap<String, Object>();
            row.put("ImageId", id);
            row.put("Name", name);
            row.put("State", state);
            row.put("Architecture", architecture);
            row.put("Public", everyone);
            row.put("OwnerId", owner);
            row.put("CreationDate", created);
            row.put("User", user);
            row.put("Description", description);
            row.put("StateReason", stateReason);
            return row;
        }
    }

    public List<Image> list(Form parameters) {
        return cloud.ec2List("DescribeImages", parameters, "imagesSet").stream()
                .map(Image::of)
                .toList();
    }

    /** Those of that exact name, newest first. */
    public List<Image> named(String name) {
        return list(new Form().withFilter("name", name)).stream()
                .sorted(Comparator.comparing(Image::created).reversed())
                .toList();
    }

    /** The image that a user means: by id, or the newest of that name. */
    public Image one(String nameOrId) {
        if (nameOrId.startsWith("ami-")) {
            return list(new Form().with("ImageId.1", nameOrId)).stream()
                    .findFirst()
                    .orElseThrow(() -> absent(nameOrId));
        }
        List<Image> found = named(nameOrId);
        return found.stream()
                .filter(image -> image.state().equals("available"))
                .findFirst()
                .or(() -> found.stream().findFirst())
                .orElseThrow(() -> absent(nameOrId));
    }

    private static CliException absent(String nameOrId) {
        return CliException.usage(
                "there is no image " + nameOrId,
                "see: brume image list; make one with: brume image build small");
    }
}
