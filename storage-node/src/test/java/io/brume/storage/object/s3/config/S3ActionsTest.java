package io.brume.storage.object.s3.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Request;

/** The actions of S3's operations. */
final class S3ActionsTest {
    @Test
    void everyOperationHasOne() {
        var missing = new TreeSet<String>();
        for (Method method : S3Client.class.getMethods()) {
            var types = method.getParameterTypes();
            if (types.length == 0 || !S3Request.class.isAssignableFrom(types[0])) {
                continue;
            }
            var request = types[0].getSimpleName();
            var operation = request.substring(0, request.length() - "Request".length());
            if (S3Actions.find(operation).isEmpty()) {
                missing.add(operation);
            }
        }
        assertThat(missing).isEmpty();
        assertThat(Arrays.stream(S3Client.class.getMethods()).count()).isGreaterThan(100);
    }

    @ParameterizedTest
    @CsvSource({
        "ListObjectsV2, false, s3:ListBucket",
        "ListObjectVersions, false, s3:ListBucketVersions",
        "HeadBucket, false, s3:ListBucket",
        "HeadObject, true, s3:GetObjectVersion",
        "GetObject, false, s3:GetObject",
        "UploadPartCopy, false, s3:PutObject",
        "DeleteObject, true, s3:DeleteObjectVersion",
        "DeleteBucketCors, false, s3:PutBucketCORS",
        "GetBucketLifecycleConfiguration, false, s3:GetLifecycleConfiguration",
        "PutObjectRetention, true, s3:PutObjectRetention",
        "ListBuckets, false, s3:ListAllMyBuckets",
    })
    void areWhatAwsCallsThem(String operation, boolean versioned, String action) {
        assertThat(S3Actions.of(operation, versioned)).isEqualTo(action);
    }

    @Test
    void bucketsAndObjectsAreToldApart() {
        assertThat(S3Actions.isOnObjects("s3:GetObject")).isTrue();
        assertThat(S3Actions.isOnObjects("s3:AbortMultipartUpload")).isTrue();
        assertThat(S3Actions.isOnObjects("s3:ListBucket")).isFalse();
        assertThat(S3Actions.isOnObjects("s3:GetBucketObjectLockConfiguration")).isFalse();
    }
}
