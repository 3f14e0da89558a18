package io.brume.storage.object.s3.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each configuration: what is given back, what is answered where there is none, what is refused.
 */
final class ConfigurationTest {
    @ParameterizedTest
    @CsvSource({
        "policy, 404 NoSuchBucketPolicy",
        "policyStatus, 404 NoSuchBucketPolicy",
        "publicAccessBlock, 404 NoSuchPublicAccessBlockConfiguration",
        "ownershipControls, 404 OwnershipControlsNotFoundError",
        "encryption, 404 ServerSideEncryptionConfigurationNotFoundError",
        "lifecycle, 404 NoSuchLifecycleConfiguration",
        "cors, 404 NoSuchCORSConfiguration",
        "website, 404 NoSuchWebsiteConfiguration",
        "tagging, 404 NoSuchTagSet",
        "replication, 404 ReplicationConfigurationNotFoundError",
        "object-lock, 404 ObjectLockConfigurationNotFoundError",
        "versioning, 200 <VersioningConfiguration></VersioningConfiguration>",
        "logging, 200 <BucketLoggingStatus></BucketLoggingStatus>",
        "notification, 200 <NotificationConfiguration></NotificationConfiguration>",
        "analytics&id=a, 404 NoSuchConfiguration",
        "intelligent-tiering&id=a, 404 NoSuchConfiguration",
        "inventory&id=a, 404 NoSuchConfiguration",
        "metrics&id=a, 404 NoSuchConfiguration",
        "accelerate, 200 <AccelerateConfiguration></AccelerateConfiguration>",
        "requestPayment, 200"
            + " <RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>",
    })
    void whatIsNotConfiguredSaysSoInTheWordsThatClientsBranchOn(String what, String answer) {
        assertThat(Door.withBucket().refusal("GET", "/pictures?" + what, "")).isEqualTo(answer);
        assertThat(new Door().refusal("GET", "/pictures?" + what, ""))
                .isEqualTo("404 NoSuchBucket");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "publicAccessBlock;"
                    + " <PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>false</RestrictPublicBuckets></PublicAccessBlockConfiguration>",
                "ownershipControls;"
                    + " <OwnershipControls><Rule><ObjectOwnership>BucketOwnerPreferred</ObjectOwnership></Rule></OwnershipControls>",
                "lifecycle;"
                    + " <LifecycleConfiguration><Rule><Expiration><Days>30</Days></Expiration><ID>old</ID><Filter><And><Prefix>logs/</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And></Filter><Status>Enabled</Status><NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays><NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration></Rule><Rule><ID>torn</ID><Filter><Prefix></Prefix></Filter><Status>Disabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>",
                "cors;"
                    + " <CORSConfiguration><CORSRule><ID>x</ID><AllowedHeader>*</AllowedHeader><AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedOrigin>https://*.example.com</AllowedOrigin><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds></CORSRule></CORSConfiguration>",
                "website;"
                    + " <WebsiteConfiguration><ErrorDocument><Key>error.html</Key></ErrorDocument><IndexDocument><Suffix>index.html</Suffix></IndexDocument><RoutingRules><RoutingRule><Condition><KeyPrefixEquals>docs/</KeyPrefixEquals></Condition><Redirect><ReplaceKeyPrefixWith>documents/</ReplaceKeyPrefixWith></Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>",
                "tagging;"
                    + " <Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>b</Key><Value></Value></Tag></TagSet></Tagging>",
            })
    void whatIsSetIsGivenBackAndTakenAway(String what, String document) {
        var door = Door.withBucket();
        var there = "/pictures?" + what;
        assertThat(door.call("PUT", there, document)).isEqualTo("200");
        assertThat(sorted(door.call("GET", there, ""))).isEqualTo(sorted("200 " + document));
        assertThat(door.call("DELETE", there, "")).isEqualTo("204");
        assertThat(door.refusal("GET", there, "")).startsWith("404 ");
    }

    /** The order of the elements of one structure means nothing, to S3 as to its clients. */
    private static String sorted(String xml) {
        return java.util.Arrays.stream(xml.split("(?=<)")).sorted().toList().toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                // what no schema has, what lacks something, what is there twice, what is no such
                // word
                "cors; 400 MalformedXML; <CORSConfiguration><Colour/></CORSConfiguration>",
                "cors; 400 MalformedXML; <CORSConfiguration/>",
                "cors; 400 MalformedXML; <Tagging><TagSet></TagSet></Tagging>",
                "cors; 400 MalformedXML;"
                    + " <CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>",
                "cors; 400 InvalidRequest;"
                    + " <CORSConfiguration><CORSRule><AllowedMethod>PATCH</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>",
                "cors; 400 InvalidRequest;"
                    + " <CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*.*</AllowedOrigin></CORSRule></CORSConfiguration>",
                "cors; 400 InvalidRequest;"
                    + " <CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin><ExposeHeader>*</ExposeHeader></CORSRule></CORSConfiguration>",
                "tagging; 400 InvalidTag;"
                    + " <Tagging><TagSet><Tag><Key>a</Key><Value/></Tag><Tag><Key>a</Key><Value/></Tag></TagSet></Tagging>",
                "tagging; 400 InvalidTag;"
                    + " <Tagging><TagSet><Tag><Key>aws:a</Key><Value/></Tag></TagSet></Tagging>",
                "tagging; 400 InvalidTag;"
                        + " <Tagging><TagSet><Tag><Key>a!</Key><Value/></Tag></TagSet></Tagging>",
                "tagging; 400 MalformedXML;"
                        + " <Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>",
                "tagging; 400 MalformedXML; <Tagging><TagSet/><TagSet/></Tagging>",
                "ownershipControls; 400 MalformedXML;"
                    + " <OwnershipControls><Rule><ObjectOwnership>Nobody</ObjectOwnership></Rule></OwnershipControls>",
                "versioning; 400 MalformedXML;"
                        + " <VersioningConfiguration><Status>On</Status></VersioningConfiguration>",
                "versioning; 400 IllegalVersioningConfigurationException;"
                        + " <VersioningConfiguration/>",
                "versioning; 501 NotImplemented;"
                    + " <VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>",
                "encryption; 200;"
                    + " <ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
                "encryption; 400 MalformedXML; <ServerSideEncryptionConfiguration/>",
                "encryption; 200;"
                    + " <ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
                "encryption; 200;"
                    + " <ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>alias/aws/s3</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
                "encryption; 400 KMS.NotFoundException;"
                    + " <ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>alias/mine</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
                "encryption; 400 InvalidArgument;"
                    + " <ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>k-1</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
                "encryption; 501 NotImplemented;"
                    + " <ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms:dsse</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
                "logging; 400 InvalidTargetBucketForLogging;"
                    + " <BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>a</TargetPrefix></LoggingEnabled></BucketLoggingStatus>",
                "logging; 200;"
                    + " <BucketLoggingStatus><LoggingEnabled><TargetBucket>pictures</TargetBucket><TargetPrefix>a</TargetPrefix></LoggingEnabled></BucketLoggingStatus>",
                "logging; 501 NotImplemented;"
                    + " <BucketLoggingStatus><LoggingEnabled><TargetBucket>pictures</TargetBucket><TargetPrefix>a</TargetPrefix><TargetObjectKeyFormat><PartitionedPrefix><PartitionDateSource>EventTime</PartitionDateSource></PartitionedPrefix></TargetObjectKeyFormat></LoggingEnabled></BucketLoggingStatus>",
                "logging; 200; <BucketLoggingStatus/>",
                "notification; 200; <NotificationConfiguration/>",
                "notification; 400 InvalidArgument;"
                    + " <NotificationConfiguration><QueueConfiguration><Queue>arn:aws:sqs:af-south-1:111122223333:q</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>",
                "replication; 501 NotImplemented;"
                    + " <ReplicationConfiguration><Role>arn:aws:iam::111122223333:role/r</Role><Rule><Status>Enabled</Status><Destination><Bucket>arn:aws:s3:::b</Bucket></Destination></Rule></ReplicationConfiguration>",
                "analytics&id=a; 501 NotImplemented;"
                    + " <AnalyticsConfiguration><Id>a</Id><StorageClassAnalysis></StorageClassAnalysis></AnalyticsConfiguration>",
                "metrics&id=a; 501 NotImplemented;"
                        + " <MetricsConfiguration><Id>a</Id></MetricsConfiguration>",
                "accelerate; 501 NotImplemented;"
                    + " <AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>",
                "accelerate; 200;"
                    + " <AccelerateConfiguration><Status>Suspended</Status></AccelerateConfiguration>",
                "requestPayment; 501 NotImplemented;"
                    + " <RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>",
                "requestPayment; 200;"
                    + " <RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>",
                "website; 400 InvalidArgument; <WebsiteConfiguration/>",
                "website; 400 InvalidArgument;"
                    + " <WebsiteConfiguration><IndexDocument><Suffix>a/b</Suffix></IndexDocument></WebsiteConfiguration>",
                "website; 400 InvalidRequest;"
                    + " <WebsiteConfiguration><IndexDocument><Suffix>a</Suffix></IndexDocument><RoutingRules><RoutingRule><Redirect><HttpRedirectCode>200</HttpRedirectCode></Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>",
                "website; 400 InvalidRequest;"
                    + " <WebsiteConfiguration><IndexDocument><Suffix>a</Suffix></IndexDocument><RoutingRules><RoutingRule><Redirect><ReplaceKeyWith>a</ReplaceKeyWith><ReplaceKeyPrefixWith>b</ReplaceKeyPrefixWith></Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>",
                "lifecycle; 400 MalformedXML; <LifecycleConfiguration/>",
                "lifecycle; 400 MalformedXML;"
                    + " <LifecycleConfiguration><Rule><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>",
                "lifecycle; 400 InvalidRequest;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status></Rule></LifecycleConfiguration>",
                "lifecycle; 400 InvalidArgument;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Expiration><Days>0</Days></Expiration></Rule></LifecycleConfiguration>",
                "lifecycle; 400 InvalidArgument;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Expiration><Date>2026-01-01T01:00:00Z</Date></Expiration></Rule></LifecycleConfiguration>",
                "lifecycle; 400 MalformedXML;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Expiration><Days>1</Days><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration></Rule></LifecycleConfiguration>",
                "lifecycle; 400 MalformedXML;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Sometimes</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>",
                "lifecycle; 400 InvalidRequest;"
                    + " <LifecycleConfiguration><Rule><Filter><Tag><Key>a</Key><Value>b</Value></Tag></Filter><Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>",
                "lifecycle; 200;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition><Transition><Days>60</Days><StorageClass>GLACIER</StorageClass></Transition><Expiration><Days>61</Days></Expiration></Rule></LifecycleConfiguration>",
                "lifecycle; 200;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Transition><Days>0</Days><StorageClass>DEEP_ARCHIVE</StorageClass></Transition></Rule></LifecycleConfiguration>",
                "lifecycle; 200;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><NoncurrentVersionTransition><NoncurrentDays>1</NoncurrentDays><StorageClass>GLACIER</StorageClass></NoncurrentVersionTransition></Rule></LifecycleConfiguration>",
                "lifecycle; 400 InvalidArgument;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Transition><Days>29</Days><StorageClass>STANDARD_IA</StorageClass></Transition></Rule></LifecycleConfiguration>",
                "lifecycle; 400 InvalidArgument;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition><Transition><Days>59</Days><StorageClass>GLACIER</StorageClass></Transition></Rule></LifecycleConfiguration>",
                "lifecycle; 400 InvalidArgument;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Transition><Days>5</Days><StorageClass>GLACIER</StorageClass></Transition><Transition><Days>5</Days><StorageClass>DEEP_ARCHIVE</StorageClass></Transition></Rule></LifecycleConfiguration>",
                "lifecycle; 400 InvalidArgument;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Transition><Days>9</Days><StorageClass>GLACIER</StorageClass></Transition><Transition><Days>5</Days><StorageClass>DEEP_ARCHIVE</StorageClass></Transition></Rule></LifecycleConfiguration>",
                "lifecycle; 400 InvalidArgument;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Transition><Days>5</Days><StorageClass>GLACIER</StorageClass></Transition><Expiration><Days>5</Days></Expiration></Rule></LifecycleConfiguration>",
                "lifecycle; 400 InvalidArgument;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><NoncurrentVersionTransition><NoncurrentDays>5</NoncurrentDays><StorageClass>GLACIER</StorageClass></NoncurrentVersionTransition><NoncurrentVersionExpiration><NoncurrentDays>5</NoncurrentDays></NoncurrentVersionExpiration></Rule></LifecycleConfiguration>",
                "lifecycle; 400 InvalidRequest;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Transition><Days>5</Days><StorageClass>GLACIER</StorageClass></Transition><Transition><Days>6</Days><StorageClass>GLACIER</StorageClass></Transition></Rule></LifecycleConfiguration>",
                "lifecycle; 400 InvalidRequest;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Transition><Date>2030-01-01T00:00:00Z</Date><StorageClass>GLACIER</StorageClass></Transition><Expiration><Days>5</Days></Expiration></Rule></LifecycleConfiguration>",
                "lifecycle; 400 MalformedXML;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Transition><StorageClass>GLACIER</StorageClass></Transition></Rule></LifecycleConfiguration>",
                "lifecycle; 400 MalformedXML;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Transition><Days>1</Days><StorageClass>COLD</StorageClass></Transition></Rule></LifecycleConfiguration>",
                "lifecycle; 400 InvalidStorageClass;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Transition><Days>30</Days><StorageClass>INTELLIGENT_TIERING</StorageClass></Transition></Rule></LifecycleConfiguration>",
                "lifecycle; 400 InvalidStorageClass;"
                    + " <LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Transition><Days>30</Days><StorageClass>GLACIER_IR</StorageClass></Transition></Rule></LifecycleConfiguration>",
            })
    void whatIsNotValidOrNotBuiltIsRefused(String what, String answer, String document) {
        assertThat(Door.withBucket().refusal("PUT", "/pictures?" + what, document))
                .isEqualTo(answer);
    }

    @Test
    void versioningIsTurnedOnAndSuspended() {
        var door = Door.withBucket();
        var there = "/pictures?versioning";
        door.call("PUT", there, versioning("Enabled"));
        assertThat(door.call("GET", there, "")).isEqualTo("200 " + versioning("Enabled"));
        assertThat(door.call("PUT", there, versioning("Suspended"))).isEqualTo("200");
        assertThat(door.call("GET", there, "")).isEqualTo("200 " + versioning("Suspended"));
    }

    static String versioning(String status) {
        return "<VersioningConfiguration><Status>" + status + "</Status></VersioningConfiguration>";
    }

    @Test
    void anotherOwnerThanExpectedIsRefused() {
        var door = Door.withBucket();
        var expected = java.util.Map.of("x-amz-expected-bucket-owner", Door.OTHER.value());
        assertThat(door.refusal(Door.OWNER, "GET", "/pictures?cors", expected, ""))
                .isEqualTo("403 AccessDenied");
    }

    @Test
    void othersMayNot() {
        assertThat(
                        Door.withBucket()
                                .refusal(Door.OTHER, "GET", "/pictures?cors", Door.NO_HEADERS, ""))
                .isEqualTo("403 AccessDenied");
    }

    @Test
    void tagsAreAlsoSetOneByOne() {
        var door = Door.withBucket();
        var there = "/v20180820/tags/arn%3Aaws%3As3%3A%3A%3Apictures";
        var account = java.util.Map.of("x-amz-account-id", Door.OWNER.value());
        assertThat(
                        door.call(
                                Door.OWNER,
                                "POST",
                                there,
                                account,
                                "<TagResourceRequest><Tags><Tag><Key>a</Key><Value>1</Value></Tag><Tag>"
                                    + "<Key>b</Key><Value>2</Value></Tag></Tags></TagResourceRequest>"))
                .isEqualTo("204");
        assertThat(door.call(Door.OWNER, "DELETE", there + "?tagKeys=a", account, ""))
                .isEqualTo("204");
        assertThat(door.call(Door.OWNER, "GET", there, account, ""))
                .contains("<Tags><Tag><Key>b</Key><Value>2</Value></Tag></Tags>");
        assertThat(door.call("GET", "/pictures?tagging", "")).contains("<Key>b</Key>");
    }
}
