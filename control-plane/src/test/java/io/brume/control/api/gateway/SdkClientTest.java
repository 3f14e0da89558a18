package io.brume.control.api.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.brume.control.api.ToyCloud;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;

/** The AWS SDK for Java against the gateway. */
class SdkClientTest {
    private final ToyCloud cloud = new ToyCloud();

    @AfterEach
    void close() throws Exception {
        cloud.close();
    }

    private <B extends AwsClientBuilder<B, C>, C> C client(B builder, String secret) {
        return builder.endpointOverride(cloud.endpoint())
                .region(Region.of(ToyCloud.REGION))
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(ToyCloud.KEY_ID, secret)))
                .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    private Ec2Client ec2() {
        return client(
                Ec2Client.builder().httpClient(UrlConnectionHttpClient.create()),
                ToyCloud.SECRET.reveal());
    }

    private StsClient sts(String secret) {
        return client(StsClient.builder().httpClient(UrlConnectionHttpClient.create()), secret);
    }

    @Test
    void callsAndIsToldItsRequestId() {
        try (var sts = sts(ToyCloud.SECRET.reveal());
                var ec2 = ec2()) {
            var identity = sts.getCallerIdentity();
            assertThat(identity.arn()).isEqualTo("arn:aws:iam::123456789012:root");
            assertThat(identity.responseMetadata().requestId()).hasSize(36);
            assertThat(ec2.describeRegions().regions().getFirst().regionName())
                    .isEqualTo(ToyCloud.REGION);
        }
    }

    @Test
    void seesAwsErrorsAsTheSdksExceptions() {
        try (var ec2 = ec2();
                var sts = sts("another secret")) {
            var absent =
                    catchThrowableOfType(
                            Ec2Exception.class,
                            () ->
                                    ec2.terminateInstances(
                                            r -> r.instanceIds("i-00000000000000000")));
            assertThat(absent.awsErrorDetails().errorCode())
                    .isEqualTo("InvalidInstanceID.NotFound");
            assertThat(absent.statusCode()).isEqualTo(400);
            assertThat(absent.requestId()).hasSize(36);
            var dryRun =
                    catchThrowableOfType(
                            Ec2Exception.class,
                            () -> ec2.runInstances(r -> r.minCount(1).maxCount(1).dryRun(true)));
            assertThat(dryRun.awsErrorDetails().errorCode()).isEqualTo("DryRunOperation");
            assertThat(dryRun.statusCode()).isEqualTo(412);
            var forged = catchThrowableOfType(StsException.class, sts::getCallerIdentity);
            assertThat(forged.awsErrorDetails().errorCode()).isEqualTo("SignatureDoesNotMatch");
            assertThat(forged.statusCode()).isEqualTo(403);
        }
    }
}
