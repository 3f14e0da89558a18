package io.brume.control.api.ec2;

import io.brume.common.id.Ids;
import software.amazon.awssdk.services.ec2.model.CancelImportTaskRequest;
import software.amazon.awssdk.services.ec2.model.CancelImportTaskResponse;
import software.amazon.awssdk.services.ec2.model.CopyImageRequest;
import software.amazon.awssdk.services.ec2.model.CopyImageResponse;
import software.amazon.awssdk.services.ec2.model.CreateImageRequest;
import software.amazon.awssdk.services.ec2.model.CreateImageResponse;
import software.amazon.awssdk.services.ec2.model.DeregisterImageRequest;
import software.amazon.awssdk.services.ec2.model.DeregisterImageResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImageAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImageAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImagesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImportImageTasksRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImportImageTasksResponse;
import software.amazon.awssdk.services.ec2.model.DisableImageDeprecationRequest;
import software.amazon.awssdk.services.ec2.model.DisableImageDeprecationResponse;
import software.amazon.awssdk.services.ec2.model.EnableImageDeprecationRequest;
import software.amazon.awssdk.services.ec2.model.EnableImageDeprecationResponse;
import software.amazon.awssdk.services.ec2.model.ImportImageRequest;
import software.amazon.awssdk.services.ec2.model.ImportImageResponse;
import software.amazon.awssdk.services.ec2.model.ModifyImageAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ModifyImageAttributeResponse;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.RegisterImageResponse;
import software.amazon.awssdk.services.ec2.model.ResetImageAttributeRequest;
import software.amazon.awssdk.services.ec2.model.ResetImageAttributeResponse;

/** EC2's operations on images and their import. */
final class ImageService extends Ec2Noun {
    private final ImageOperations images;
    private final ImageAttributeOperations attributes;
    private final ImageCreation creation;
    private final ImageCopies copies;
    private final ImportImageOperations imports;

    ImageService(Ec2Parts parts) {
        Calls calls = new Calls(parts.store(), parts.pager());
        Ids ids = new Ids(parts.random());
        images =
                new ImageOperations(
                        calls, ids, parts.imageSources(), new ImageView(parts.operator()));
        attributes = new ImageAttributeOperations(calls);
        creation = new ImageCreation(calls, ids);
        copies = new ImageCopies(parts.store(), ids, parts.region(), parts.volumes());
        imports = new ImportImageOperations(calls, ids, parts.imageSources());
    }

    @Override
    public DescribeImagesResponse describeImages(DescribeImagesRequest request) {
        return images.describe(request);
    }

    @Override
    public RegisterImageResponse registerImage(RegisterImageRequest request) {
        return images.register(request);
    }

    @Override
    public CreateImageResponse createImage(CreateImageRequest request) {
        return creation.create(request);
    }

    @Override
    public CopyImageResponse copyImage(CopyImageRequest request) {
        return copies.copy(request);
    }

    @Override
    public DeregisterImageResponse deregisterImage(DeregisterImageRequest request) {
        return images.deregister(request);
    }

    @Override
    public DescribeImageAttributeResponse describeImageAttribute(
            DescribeImageAttributeRequest request) {
        return attributes.describe(request);
    }

    @Override
    public ModifyImageAttributeResponse modifyImageAttribute(ModifyImageAttributeRequest request) {
        return attributes.modify(request);
    }

    @Override
    public ResetImageAttributeResponse resetImageAttribute(ResetImageAttributeRequest request) {
        return attributes.reset(request);
    }

    @Override
    public EnableImageDeprecationResponse enableImageDeprecation(
            EnableImageDeprecationRequest request) {
        return attributes.deprecate(request);
    }

    @Override
    public DisableImageDeprecationResponse disableImageDeprecation(
            DisableImageDeprecationRequest request) {
        return attributes.undeprecate(request);
    }

    @Override
    public ImportImageResponse importImage(ImportImageRequest request) {
        return imports.begin(request);
    }

    @Override
    public DescribeImportImageTasksResponse describeImportImageTasks(
            DescribeImportImageTasksRequest request) {
        return imports.describe(request);
    }

    @Override
    public CancelImportTaskResponse cancelImportTask(CancelImportTaskRequest request) {
        return imports.cancel(request);
    }
}
