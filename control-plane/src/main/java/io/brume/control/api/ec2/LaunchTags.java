package io.brume.control.api.ec2;

import io.brume.common.aws.Fault;
import io.brume.control.domain.tag.ResourceType;
import io.brume.control.domain.tag.Tag;
import io.brume.control.domain.tag.TagRules;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** The tags of a launch, by the type of what gets them. */
record LaunchTags(List<Tag> instance, List<Tag> networkInterface, List<Tag> volume) {
    private static final Set<ResourceType> TAGGED =
            Set.of(ResourceType.INSTANCE, ResourceType.NETWORK_INTERFACE, ResourceType.VOLUME);

    static LaunchTags of(List<TagSpecification> specifications) {
        Map<ResourceType, List<Tag>> tags = new EnumMap<>(ResourceType.class);
        for (var specification : specifications) {
            var text = specification.resourceTypeAsString();
            var type =
                    ResourceType.of(text == null ? "" : text)
                            .filter(TAGGED::contains)
                            .orElseThrow(() ->
                                    Fault.invalid(
                                            "InvalidParameterValue",
                                            "'%s' is not a valid taggable resource type for this operation."
                                                    .formatted(text)));
            var list = tags.computeIfAbsent(type, _ -> new ArrayList<>());
            specification
                    .tags()
                    .forEach(tag ->
                            list.add(
                                    new Tag(
                                            tag.key() == null ? "" : tag.key(),
                                            tag.value() == null ? "" : tag.value())));
        }
        return new LaunchTags(
                checked(tags, ResourceType.INSTANCE),
                checked(tags, ResourceType.NETWORK_INTERFACE),
                checked(tags, ResourceType.VOLUME));
    }

    private static List<Tag> checked(Map<ResourceType, List<Tag>> tags, ResourceType type) {
        return TagRules.checked(tags.getOrDefault(type, List.of()));
    }
}
