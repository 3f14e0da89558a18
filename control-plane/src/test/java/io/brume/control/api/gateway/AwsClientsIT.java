package io.brume.control.api.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.api.ToyCloud;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The AWS CLI and boto3 against the gateway. Needs {@code aws} and python3 with boto3. */
class AwsClientsIT {
    private static final String BOTO =
            """
            import boto3, sys, urllib.request, urllib.error
            from botocore.config import Config
            from botocore.exceptions import ClientError
            once = Config(retries={'max_attempts': 0})
            sts, ec2 = boto3.client('sts', config=once), boto3.client('ec2', config=once)
            answer = sts.get_caller_identity()
            print(answer['Arn'], len(answer['ResponseMetadata']['RequestId']))
            url = sts.generate_presigned_url('get_caller_identity', HttpMethod='GET')
            print('presigned', b'123456789012' in urllib.request.urlopen(url).read())
            for forged in (url.replace('AIOSF', 'AIOSG'), url[:-1] + ('0' if url[-1] != '0' else '1')):
                try:
                    urllib.request.urlopen(forged)
                except urllib.error.HTTPError as e:
                    print('forged', e.code)
            run = dict(ImageId='ami-1', MinCount=1, MaxCount=1)
            print(ec2.run_instances(**run)['ReservationId'])
            for call in (lambda: ec2.run_instances(DryRun=True, **run),
                         lambda: ec2.describe_vpcs(),
                         lambda: ec2.terminate_instances(InstanceIds=['i-1']),
                         lambda: boto3.client('ec2', region_name='eu-west-3', config=once).describe_regions(),
                         lambda: boto3.client('sqs', config=once).list_queues(),
                         lambda: boto3.client('s3', config=once).list_buckets()):
                try:
                    print('no error', call())
                except ClientError as e:
                    print(e.response['Error']['Code'], e.response['ResponseMetadata']['HTTPStatusCode'])
            """;

    private final ToyCloud cloud = new ToyCloud();

    @AfterEach
    void close() throws Exception {
        cloud.close();
    }

    private String run(Map<String, String> more, List<String> command)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        var environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("AWS_") || name.contains("_proxy"));
        environment.put("AWS_ENDPOINT_URL", cloud.endpoint().toString());
        environment.put("AWS_ACCESS_KEY_ID", ToyCloud.KEY_ID);
        environment.put("AWS_SECRET_ACCESS_KEY", ToyCloud.SECRET.reveal());
        environment.put("AWS_DEFAULT_REGION", ToyCloud.REGION);
        environment.put("AWS_EC2_METADATA_DISABLED", "true");
        environment.put("AWS_CONFIG_FILE", "/dev/null");
        environment.put("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        environment.put("AWS_MAX_ATTEMPTS", "1");
        environment.put("NO_PROXY", "127.0.0.1");
        environment.putAll(more);
        var process = builder.start();
        try {
            process.getOutputStream().close();
            var output = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    private String aws(String... arguments) throws IOException, InterruptedException {
        return aws(Map.of(), arguments);
    }

    private String aws(Map<String, String> more, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("aws"));
        command.addAll(List.of(arguments));
        return run(more, command);
    }

    @Test
    void theCommandLineIsServed() throws Exception {
        assertThat(aws("sts", "get-caller-identity", "--output", "text"))
                .isEqualToIgnoringNewLines(
                        "123456789012\tarn:aws:iam::123456789012:root\t123456789012");
        assertThat(aws("ec2", "describe-regions", "--query", "Regions[0].RegionName"))
                .contains("\"us-east-1\"");
        assertThat(aws("ec2", "run-instances", "--image-id", "ami-1", "--dry-run"))
                .contains("(DryRunOperation)");
        assertThat(aws("ec2", "describe-vpcs")).contains("(UnsupportedOperation)");
    }

    @Test
    void theCommandLineIsRefusedInAwsWords() throws Exception {
        var forged = Map.of("AWS_SECRET_ACCESS_KEY", "wrong");
        assertThat(aws(forged, "sts", "get-caller-identity")).contains("(SignatureDoesNotMatch)");
        assertThat(aws(forged, "ec2", "describe-regions")).contains("(AuthFailure)");
        var unknown = Map.of("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7NOBODYX");
        assertThat(aws(unknown, "sts", "get-caller-identity")).contains("(InvalidClientTokenId)");
        var token = Map.of("AWS_SESSION_TOKEN", "made-up");
        assertThat(aws(token, "sts", "get-caller-identity")).contains("(InvalidClientTokenId)");
    }

    @Test
    void botoIsServedAndRefused() throws Exception {
        assertThat(run(Map.of(), List.of("python3", "-c", BOTO)).lines())
                .containsExactly(
                        "arn:aws:iam::123456789012:root 36",
                        "presigned True",
                        "forged 403",
                        "forged 403",
                        "r-00000000000000001",
                        "DryRunOperation 412",
                        "UnsupportedOperation 400",
                        "InvalidInstanceID.NotFound 400",
                        "AuthFailure 401",
                        "UnsupportedOperation 400",
                        "UnsupportedOperation 400");
    }
}
