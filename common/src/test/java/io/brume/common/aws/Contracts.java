package io.brume.common.aws;

import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.route53.Route53Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3control.S3ControlClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sts.StsClient;

/** The services that there are facts about, with the SDK's client interfaces. */
final class Contracts {
    static final Map<String, Class<?>> ALL =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("autoscaling", AutoScalingClient.class),
                            Map.entry("cloudwatch", CloudWatchClient.class),
                            Map.entry("dynamodb", DynamoDbClient.class),
                            Map.entry("ebs", EbsClient.class),
                            Map.entry("ec2", Ec2Client.class),
                            Map.entry("ecs", EcsClient.class),
                            Map.entry("elbv2", ElasticLoadBalancingV2Client.class),
                            Map.entry("iam", IamClient.class),
                            Map.entry("kms", KmsClient.class),
                            Map.entry("lambda", LambdaClient.class),
                            Map.entry("logs", CloudWatchLogsClient.class),
                            Map.entry("rds", RdsClient.class),
                            Map.entry("route53", Route53Client.class),
                            Map.entry("s3", S3Client.class),
                            Map.entry("s3control", S3ControlClient.class),
                            Map.entry("sns", SnsClient.class),
                            Map.entry("sqs", SqsClient.class),
                            Map.entry("sts", StsClient.class)));

    private Contracts() {}

    /** A service that offers every operation of its interface, and can carry out none. */
    static Service everything(String service) {
        var contract = ALL.get(service);
        if (contract == null) {
            throw new IllegalArgumentException(service);
        }
        var methods = HandlerMethod.of(contract).values();
        return Service.withoutHandler(Api.of(service, contract), methods);
    }
}
