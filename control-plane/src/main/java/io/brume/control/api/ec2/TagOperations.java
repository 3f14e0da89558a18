package io.brume.control.api.ec2;

import static io.brume.control.api.ec2.Tagged.text;
import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.shared.Filters;
import io.brume.common.aws.shared.Page;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.image.ImportTaskId;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.keypair.KeyPairId;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.tag.ResourceType;
import io.brume.control.domain.tag.Tag;
import io.brume.control.domain.tag.TagKey;
import io.brume.control.domain.tag.TagRules;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.vpc.NetworkInterfaceId;
import io.brume.control.domain.vpc.SecurityGroupId;
import io.brume.control.domain.vpc.SecurityGroupRuleId;
import io.brume.control.domain.vpc.SubnetId;
import io.brume.control.domain.vpc.VpcId;
import io.brume.control.state.Tags;
import io.brume.control.state.Volumes;
import io.brume.control.store.codec.ImageTables;
import io.brume.control.store.codec.KeyPairTables;
import io.brume.control.store.codec.SnapshotTables;
import io.brume.control.store.codec.TagTables;
import io.brume.control.store.codec.VpcTables;
import io.brume.store.Entry;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.util.List;
import software.amazon.awssdk.services.ec2.model.CreateTagsRequest;
import software.amazon.awssdk.services.ec2.model.CreateTagsResponse;
import software.amazon.awssdk.services.ec2.model.DeleteTagsRequest;
import software.amazon.awssdk.services.ec2.model.DeleteTagsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeTagsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeTagsResponse;
import software.amazon.awssdk.services.ec2.model.TagDescription;

/** Tags on resources of all types. */
final class TagOperations {
    private static final Filters<Tagged<Entry<TagKey, String>>> FILTERS =
            Filters.<Tagged<Entry<TagKey, String>>>table()
                    .value("key", text(row -> row.key().key()))
                    .value("resource-id", text(row -> row.key().resourceId()))
                    .value("resource-type", text(row -> type(row.key().resourceId())))
                    .value("value", text(Entry::value))
                    .tags(Tagged::tagMap)
                    .build();

    private final Calls calls;

    TagOperations(Calls calls) {
        this.calls = requireNonNull(calls);
    }

    CreateTagsResponse create(CreateTagsRequest request) {
        List<String> resources = checkedResources(request.resources());
        if (request.tags().isEmpty()) {
            throw Faults.missing("Tag");
        }
        List<Tag> tags = TagRules.checked(TagSpecifications.read(request.tags()));
        calls.change((tx, account) -> {
            for (String resource : resources) {
                Tags.put(tx, account, require(tx, account, resource), tags);
            }
            return tags;
        });
        return CreateTagsResponse.builder().build();
    }

    DeleteTagsResponse delete(DeleteTagsRequest request) {
        List<String> resources = checkedResources(request.resources());
        for (var tag : request.tags()) {
            TagRules.checkKey(tag.key() == null ? "" : tag.key());
        }
        calls.change((tx, account) -> {
            for (String resource : resources) {
                delete(tx, account, require(tx, account, resource), request);
            }
            return resources;
        });
        return DeleteTagsResponse.builder().build();
    }

    /** Without tags all go; a tag with a value goes only if it has that value. */
    private static void delete(
            Transaction tx, AccountId account, ResourceId resource, DeleteTagsRequest request) {
        if (request.tags().isEmpty()) {
            Tags.clear(tx, account, resource);
            return;
        }
        for (var tag : request.tags()) {
            boolean same =
                    tag.value() == null
                            || Tags.value(tx, account, resource, tag.key())
                                    .filter(tag.value()::equals)
                                    .isPresent();
            if (same) {
                Tags.delete(tx, account, resource, tag.key());
            }
        }
    }

    DescribeTagsResponse describe(DescribeTagsRequest request) {
        var wanted = FILTERS.matcher(request.filters());
        List<Tagged<Entry<TagKey, String>>> found =
                calls.view((tx, account) ->
                        tx.stream(TagTables.TAGS, TagTables.of(account))
                                .map(TagOperations::withItself)
                                .filter(wanted)
                                .toList());
        Page<Tagged<Entry<TagKey, String>>> page =
                calls.page(
                        request,
                        List.of(),
                        found,
                        row -> row.it().key().resourceId() + "\0" + row.it().key().key());
        return DescribeTagsResponse.builder()
                .tags(page.items().stream().map(row -> show(row.it())).toList())
                .nextToken(page.nextToken())
                .build();
    }

    /** So that {@code tag:<key>} and {@code tag-key} look at the tag. */
    private static Tagged<Entry<TagKey, String>> withItself(Entry<TagKey, String> row) {
        return new Tagged<>(row, List.of(new Tag(row.key().key(), row.value())));
    }

    private static TagDescription show(Entry<TagKey, String> row) {
        return TagDescription.builder()
                .resourceId(row.key().resourceId())
                .resourceType(type(row.key().resourceId()).toString())
                .key(row.key().key())
                .value(row.value())
                .build();
    }

    private static ResourceType type(String resourceId) {
        return ResourceType.ofId(resourceId)
                .orElseThrow(() -> new IllegalStateException("a tag on " + resourceId));
    }

    private static List<String> checkedResources(List<String> resources) {
        if (resources.isEmpty()) {
            throw Faults.missing("ResourceId");
        }
        if (resources.size() > TagRules.MAX_RESOURCES) {
            throw Faults.invalidValue(
                    "The maximum number of resources in one call is " + TagRules.MAX_RESOURCES);
        }
        return resources.stream().distinct().toList();
    }

    /** The resource of the account with this id. */
    private static ResourceId require(ReadTransaction tx, AccountId account, String text) {
        ResourceType type =
                ResourceType.ofId(text)
                        .orElseThrow(() ->
                                Fault.invalid(
                                        "InvalidID", "The ID '%s' is not valid".formatted(text)));
        ResourceId id = id(type, text);
        if (!exists(tx, account, type, id)) {
            throw id.notFound();
        }
        return id;
    }

    private static ResourceId id(ResourceType type, String text) {
        return switch (type) {
            case INSTANCE -> new InstanceId(text);
            case VOLUME -> new VolumeId(text);
            case SNAPSHOT -> new SnapshotId(text);
            case NETWORK_INTERFACE -> new NetworkInterfaceId(text);
            case VPC -> new VpcId(text);
            case SUBNET -> new SubnetId(text);
            case SECURITY_GROUP -> new SecurityGroupId(text);
            case SECURITY_GROUP_RULE -> new SecurityGroupRuleId(text);
            case KEY_PAIR -> new KeyPairId(text);
            case IMAGE -> new ImageId(text);
            case IMPORT_IMAGE_TASK -> new ImportTaskId(text);
        };
    }

    private static boolean exists(
            ReadTransaction tx, AccountId account, ResourceType type, ResourceId id) {
        String text = id.value();
        return switch (type) {
            case INSTANCE -> InstanceResources.exists(tx, account, id);
            case VOLUME -> Volumes.find(tx, account, new VolumeId(text)).isPresent();
            case SNAPSHOT -> {
                var snapshot =
                        tx.get(
                                SnapshotTables.SNAPSHOTS,
                                new Owned<>(account, new SnapshotId(text)));
                yield snapshot != null && snapshot.isListed();
            }
            case NETWORK_INTERFACE ->
                    tx.get(
                                    VpcTables.NETWORK_INTERFACES,
                                    new Owned<>(account, new NetworkInterfaceId(text)))
                            != null;
            case VPC -> tx.get(VpcTables.VPCS, new Owned<>(account, new VpcId(text))) != null;
            case SUBNET ->
                    tx.get(VpcTables.SUBNETS, new Owned<>(account, new SubnetId(text))) != null;
            case SECURITY_GROUP ->
                    tx.get(
                                    VpcTables.SECURITY_GROUPS,
                                    new Owned<>(account, new SecurityGroupId(text)))
                            != null;
            case SECURITY_GROUP_RULE ->
                    tx.get(
                                    VpcTables.SECURITY_GROUP_RULES,
                                    new Owned<>(account, new SecurityGroupRuleId(text)))
                            != null;
            case KEY_PAIR ->
                    tx.get(KeyPairTables.KEY_PAIRS, new Owned<>(account, new KeyPairId(text)))
                            != null;
            case IMAGE -> {
                var image = tx.get(ImageTables.IMAGES, new Owned<>(account, new ImageId(text)));
                yield image != null && image.isRegistered();
            }
            case IMPORT_IMAGE_TASK ->
                    tx.get(ImageTables.IMPORT_TASKS, new Owned<>(account, new ImportTaskId(text)))
                            != null;
        };
    }
}
