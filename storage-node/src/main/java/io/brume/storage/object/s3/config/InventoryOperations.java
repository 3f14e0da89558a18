package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.S3Noun;
import io.brume.storage.object.s3.encryption.Encryptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.model.DeleteBucketInventoryConfigurationRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketInventoryConfigurationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketInventoryConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketInventoryConfigurationResponse;
import software.amazon.awssdk.services.s3.model.InventoryConfiguration;
import software.amazon.awssdk.services.s3.model.InventoryFormat;
import software.amazon.awssdk.services.s3.model.InventoryOptionalField;
import software.amazon.awssdk.services.s3.model.ListBucketInventoryConfigurationsRequest;
import software.amazon.awssdk.services.s3.model.ListBucketInventoryConfigurationsResponse;
import software.amazon.awssdk.services.s3.model.PutBucketInventoryConfigurationRequest;
import software.amazon.awssdk.services.s3.model.PutBucketInventoryConfigurationResponse;

/** S3's operations on the inventories of a bucket. */
final class InventoryOperations extends S3Noun {
    /** AWS takes 1,000; they are read with each call to the bucket. */
    static final int MOST = 50;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final BucketCalls calls;
    private final ObjectIndex index;
    private final Encryptions encryptions;

    InventoryOperations(BucketCalls calls, ObjectIndex index, Encryptions encryptions) {
        this.calls = requireNonNull(calls);
        this.index = requireNonNull(index);
        this.encryptions = requireNonNull(encryptions);
    }

    @Override
    public GetBucketInventoryConfigurationResponse getBucketInventoryConfiguration(
            GetBucketInventoryConfigurationRequest request) {
        var bucket =
                calls.bucket(
                        "GetBucketInventoryConfiguration",
                        request.bucket(),
                        request.expectedBucketOwner());
        return GetBucketInventoryConfigurationResponse.builder()
                .inventoryConfiguration(
                        Inventories.of(bucket).stream()
                                .filter(each -> each.id().equals(request.id()))
                                .findFirst()
                                .orElseThrow(AnalysisOperations::absent))
                .build();
    }

    @Override
    public ListBucketInventoryConfigurationsResponse listBucketInventoryConfigurations(
            ListBucketInventoryConfigurationsRequest request) {
        var bucket =
                calls.bucket(
                        "ListBucketInventoryConfigurations",
                        request.bucket(),
                        request.expectedBucketOwner());
        return ListBucketInventoryConfigurationsResponse.builder()
                .inventoryConfigurationList(Inventories.of(bucket))
                .isTruncated(false)
                .build();
    }

    @Override
    public PutBucketInventoryConfigurationResponse putBucketInventoryConfiguration(
            PutBucketInventoryConfigurationRequest request) {
        var bucket =
                calls.bucket(
                        "PutBucketInventoryConfiguration",
                        request.bucket(),
                        request.expectedBucketOwner());
        var wanted = request.inventoryConfiguration();
        Schema.demandKnownWords(wanted);
        if (!wanted.id().equals(request.id()) || !ID.matcher(wanted.id()).matches()) {
            throw S3Faults.invalidArgument("The id of the inventory is not valid");
        }
        demandBuilt(wanted);
        demandTarget(bucket, wanted);
        change(
                bucket,
                before -> {
                    var after = without(before, wanted.id());
                    after.add(wanted);
                    after.sort(Comparator.comparing(InventoryConfiguration::id));
                    if (after.size() > MOST) {
                        throw Fault.invalid(
                                "TooManyConfigurations",
                                "A bucket has at most %d inventories in this cloud."
                                        .formatted(MOST));
                    }
                    return after;
                });
        return PutBucketInventoryConfigurationResponse.builder().build();
    }

    @Override
    public DeleteBucketInventoryConfigurationResponse deleteBucketInventoryConfiguration(
            DeleteBucketInventoryConfigurationRequest request) {
        var bucket =
                calls.bucket(
                        "DeleteBucketInventoryConfiguration",
                        request.bucket(),
                        request.expectedBucketOwner());
        change(
                bucket,
                before -> {
                    var after = without(before, request.id());
                    if (after.size() == before.size()) {
                        throw AnalysisOperations.absent();
                    }
                    return after;
                });
        return DeleteBucketInventoryConfigurationResponse.builder().build();
    }

    /** One of several changes at once must not take another's away. */
    private void change(Bucket bucket, UnaryOperator<List<InventoryConfiguration>> change) {
        calls.reconfigure(
                bucket,
                BucketSetting.INVENTORY,
                now -> Inventories.document(change.apply(Inventories.of(now))));
    }

    private static List<InventoryConfiguration> without(
            List<InventoryConfiguration> inventories, String id) {
        var others = new ArrayList<>(inventories);
        others.removeIf(each -> each.id().equals(id));
        return others;
    }

    private static void demandBuilt(InventoryConfiguration wanted) {
        var to = wanted.destination().s3BucketDestination();
        if (to.format() != InventoryFormat.CSV) {
            throw S3Faults.notImplemented("An inventory as " + to.formatAsString());
        }
        if (wanted.optionalFields().contains(InventoryOptionalField.OBJECT_ACCESS_CONTROL_LIST)) {
            throw S3Faults.notImplemented("The field ObjectAccessControlList");
        }
    }

    private void demandTarget(Bucket bucket, InventoryConfiguration wanted) {
        var target = Inventories.target(wanted).flatMap(index::bucket);
        var account = wanted.destination().s3BucketDestination().accountId();
        if (target.isEmpty()
                || (account != null && !target.get().owner().value().equals(account))) {
            throw Fault.invalid(
                    "InvalidS3DestinationBucket",
                    "The destination bucket of the inventory of %s is not there, or not this account's."
                            .formatted(bucket.name()));
        }
        var encryption = wanted.destination().s3BucketDestination().encryption();
        if (encryption != null && encryption.ssekms() != null) {
            encryptions.demandKmsKey(target.get(), encryption.ssekms().keyId());
        }
    }
}
