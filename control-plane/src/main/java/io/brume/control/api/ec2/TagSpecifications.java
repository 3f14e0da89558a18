package io.brume.control.api.ec2;

import io.brume.common.aws.Fault;
import io.brume.control.domain.tag.ResourceType;
import io.brume.control.domain.tag.Tag;
import io.brume.control.domain.tag.TagRules;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** The tags that a request gives to what it makes: checked here for all operations. */
final class TagSpecifications {
    private TagSpecifications() {}

    /**
     * The tags for the one type of resource that an operation makes.
     *
     * @throws Fault {@code InvalidParameterValue}, {@code TagLimitExceeded}
     */
    static List<Tag> of(List<TagSpecification> specifications, ResourceType type) {
        return byType(specifications, type).getOrDefault(type, List.of());
    }

    /**
     * The tags for each type of resource that an operation makes.
     *
     * @param allowed the types that it makes
     * @throws Fault {@code InvalidParameterValue}, {@code TagLimitExceeded}
     */
    static Map<ResourceType, List<Tag>> byType(
            List<TagSpecification> specifications, ResourceType... allowed) {
        Map<ResourceType, List<Tag>> tags = new EnumMap<>(ResourceType.class);
        for (TagSpecification specification : specifications) {
            ResourceType type = type(specification.resourceTypeAsString(), allowed);
            List<Tag> checked = TagRules.checked(read(specification.tags()));
            if (tags.put(type, checked) != null) {
                throw Fault.invalid(
                        "InvalidParameterValue",
                        "Multiple tag specifications for resource type '" + type + "'.");
            }
        }
        return tags;
    }

    private static ResourceType type(String text, ResourceType... allowed) {
        return ResourceType.of(text == null ? "" : text)
                .filter(type -> Arrays.asList(allowed).contains(type))
                .orElseThrow(() ->
                        Fault.invalid(
                                "InvalidParameterValue",
                                "'%s' is not a valid taggable resource type for this"
                                                .formatted(text)
                                        + " operation."));
    }

    /** AWS's tags in ours; a tag without a value has the empty one. */
    static List<Tag> read(List<software.amazon.awssdk.services.ec2.model.Tag> tags) {
        return tags.stream()
                .map(tag ->
                        new Tag(
                                tag.key() == null ? "" : tag.key(),
                                tag.value() == null ? "" : tag.value()))
                .toList();
    }
}
