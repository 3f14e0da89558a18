package io.brume.control.api.ec2;

import software.amazon.awssdk.services.ec2.model.CreateTagsRequest;
import software.amazon.awssdk.services.ec2.model.CreateTagsResponse;
import software.amazon.awssdk.services.ec2.model.DeleteTagsRequest;
import software.amazon.awssdk.services.ec2.model.DeleteTagsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeTagsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeTagsResponse;

/** EC2's operations on the tags of resources of all types. */
final class TagService extends Ec2Noun {
    private final TagOperations tags;

    TagService(Ec2Parts parts) {
        tags = new TagOperations(new Calls(parts.store(), parts.pager()));
    }

    @Override
    public CreateTagsResponse createTags(CreateTagsRequest request) {
        return tags.create(request);
    }

    @Override
    public DeleteTagsResponse deleteTags(DeleteTagsRequest request) {
        return tags.delete(request);
    }

    @Override
    public DescribeTagsResponse describeTags(DescribeTagsRequest request) {
        return tags.describe(request);
    }
}
