package io.brume.control.domain.tag;

import io.brume.control.domain.ResourceId;
import java.util.Arrays;
import java.util.Optional;

/** The types of resource that can carry tags. */
public enum ResourceType {
    INSTANCE("instance", "i"),
    VOLUME("volume", "vol"),
    SNAPSHOT("snapshot", "snap"),
    NETWORK_INTERFACE("network-interface", "eni"),
    VPC("vpc", "vpc"),
    SUBNET("subnet", "subnet"),
    SECURITY_GROUP("security-group", "sg"),
    SECURITY_GROUP_RULE("security-group-rule", "sgr"),
    KEY_PAIR("key-pair", "key"),
    IMAGE("image", "ami"),
    IMPORT_IMAGE_TASK("import-image-task", "import-ami");

    private final String text;
    private final String prefix;

    ResourceType(String text, String prefix) {
        this.text = text;
        this.prefix = prefix;
    }

    /** The one that AWS writes so. */
    public static Optional<ResourceType> of(String text) {
        return Arrays.stream(values()).filter(t -> t.text.equals(text)).findFirst();
    }

    /** The type of the resource that a well-formed id names. */
    public static Optional<ResourceType> ofId(String id) {
        return Arrays.stream(values()).filter(t -> ResourceId.wellFormed(t.prefix, id)).findFirst();
    }

    /** As AWS writes it. */
    @Override
    public String toString() {
        return text;
    }
}
