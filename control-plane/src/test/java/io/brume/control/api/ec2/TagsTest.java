package io.brume.control.api.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.DeleteTagsRequest;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagDescription;

final class TagsTest extends CloudTest {
    private String vpc = "";
    private String subnet = "";

    @BeforeEach
    void findResources() {
        vpc = ec2.describeVpcs().vpcs().getFirst().vpcId();
        subnet = ec2.describeSubnets().subnets().getFirst().subnetId();
    }

    @Test
    void tagsAreSetSeenAndDeleted() {
        ec2.createTags(b -> b.resources(vpc, subnet).tags(tag("Name", "main"), tag("env", "")));
        assertThat(ec2.describeVpcs(b -> b.filters(filter("tag:Name", "ma*"))).vpcs()).hasSize(1);
        assertThat(ec2.describeTags().tags()).hasSize(4);
        TagDescription one =
                ec2.describeTags(b ->
                                b.filters(filter("resource-type", "subnet"), filter("key", "Name")))
                        .tags()
                        .getFirst();
        assertThat(one.resourceId()).isEqualTo(subnet);
        assertThat(one.resourceType()).isEqualTo(ResourceType.SUBNET);
        assertThat(one.value()).isEqualTo("main");

        ec2.createTags(b -> b.resources(vpc).tags(tag("Name", "other")));
        ec2.deleteTags(b -> b.resources(vpc).tags(tag("Name", "main")));
        assertThat(ec2.describeVpcs(b -> b.filters(filter("tag:Name", "other"))).vpcs()).hasSize(1);
        ec2.deleteTags(b -> b.resources(vpc).tags(Tag.builder().key("Name").build()));
        assertThat(ec2.describeVpcs().vpcs().getFirst().tags()).containsExactly(tag("env", ""));
        ec2.deleteTags(DeleteTagsRequest.builder().resources(vpc, subnet).build());
        assertThat(ec2.describeTags().tags()).isEmpty();
    }

    @Test
    void limitsHold() {
        Tag[] fifty = IntStream.range(0, 50).mapToObj(i -> tag("k" + i, "v")).toArray(Tag[]::new);
        ec2.createTags(b -> b.resources(vpc).tags(fifty));
        ec2.createTags(b -> b.resources(vpc).tags(tag("k1", "again")));
        refused("TagLimitExceeded", tag("one-more", ""));
        refused("InvalidParameterValue", tag("aws:mine", ""));
        refused("InvalidParameterValue", tag("k".repeat(129), ""));
        refused("InvalidParameterValue", tag("k", "v".repeat(257)));
        assertThat(ec2.describeTags(b -> b.maxResults(1000)).tags()).hasSize(50);
        assertThat(ec2.describeTagsPaginator(b -> b.maxResults(7)).tags()).hasSize(50);
    }

    @Test
    void onlyOnesOwnResourcesAreTagged() {
        String foreign = stranger().describeVpcs().vpcs().getFirst().vpcId();
        assertFails(
                "InvalidVpcID.NotFound",
                () -> ec2.createTags(b -> b.resources(vpc, foreign).tags(tag("a", "b"))));
        assertFails(
                "InvalidID", () -> ec2.createTags(b -> b.resources("nothing").tags(tag("a", "b"))));
        assertFails(
                "InvalidInstanceID.NotFound",
                () -> ec2.createTags(b -> b.resources("i-0123456789abcdef0").tags(tag("a", "b"))));
        assertThat(ec2.describeTags().tags()).isEmpty();
    }

    private void refused(String code, Tag tag) {
        assertFails(code, () -> ec2.createTags(b -> b.resources(vpc).tags(tag)));
    }
}
