package io.brume.common.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterface;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.Reservation;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.RunInstancesResponse;
import software.amazon.awssdk.services.ec2.model.Tag;

/**
 * Prints how fast the codecs are, one thread, best and median; fails only when they are slower than
 * any healthy machine, which means that something grows faster than its input.
 */
final class CodecSpeedTest {
    private static final class Fleet implements Ec2Client {
        private final List<Reservation> reservations =
                IntStream.range(0, 1000).mapToObj(Fleet::reservation).toList();

        private static Reservation reservation(int number) {
            return Reservation.builder()
                    .reservationId("r-%017x".formatted(number))
                    .ownerId("123456789012")
                    .instances(instance(number))
                    .build();
        }

        private static Instance instance(int number) {
            var group = GroupIdentifier.builder().groupId("sg-1").groupName("default").build();
            return Instance.builder()
                    .instanceId("i-%017x".formatted(number))
                    .imageId("ami-00000000000000001")
                    .instanceType("t3.micro")
                    .state(s -> s.code(16).name(InstanceStateName.RUNNING))
                    .privateIpAddress("10.0.0." + number % 250)
                    .launchTime(Instant.ofEpochSecond(1_795_000_000L + number))
                    .placement(p -> p.availabilityZone("us-east-1a").tenancy("default"))
                    .securityGroups(group)
                    .networkInterfaces(
                            InstanceNetworkInterface.builder()
                                    .networkInterfaceId("eni-%017x".formatted(number))
                                    .groups(group)
                                    .build())
                    .tags(Tag.builder().key("Name").value("web-" + number).build())
                    .build();
        }

        @Override
        public DescribeInstancesResponse describeInstances(DescribeInstancesRequest request) {
            return DescribeInstancesResponse.builder().reservations(reservations).build();
        }

        @Override
        public RunInstancesResponse runInstances(RunInstancesRequest request) {
            return RunInstancesResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return "ec2";
        }

        @Override
        public void close() {}
    }

    @Test
    void isFastEnough() {
        long begin = System.nanoTime();
        var ec2 = new Service(Api.of("ec2", Ec2Client.class), new Fleet());
        System.out.printf(
                "Service of two operations: %.0f ms%n", (System.nanoTime() - begin) / 1e6);

        var run =
                Calls.form(
                        "Action=RunInstances&Version=2016-11-15&ImageId=ami-1&MinCount=1&MaxCount=1"
                                + "&InstanceType=t3.micro&KeyName=k&SecurityGroupId.1=sg-1"
                                + "&SubnetId=subnet-1&ClientToken=abc&UserData=IyEvYmluL3NoCg%3D%3D"
                                + "&BlockDeviceMapping.1.DeviceName=xvda"
                                + "&BlockDeviceMapping.1.Ebs.VolumeSize=8"
                                + "&TagSpecification.1.ResourceType=instance"
                                + "&TagSpecification.1.Tag.1.Key=Name"
                                + "&TagSpecification.1.Tag.1.Value=web");
        print("bind and validate RunInstances", 4000, () -> ec2.validate(ec2.bind(run)));

        var describe = ec2.bind(Calls.form("Action=DescribeInstances"));
        var result = ec2.invoke(describe);
        var bytes = ec2.reply(describe, result, "id").body().length;
        var median =
                print(
                        "write DescribeInstances of 1,000 instances, " + bytes / 1024 + " KiB",
                        60,
                        () -> ec2.reply(describe, result, "id"));
        assertThat(median).as("milliseconds").isLessThan(1000);

        SdkPojo request = describe.request();
        print("fingerprint", 4000, () -> Fingerprint.of(request, java.util.Set.of()));
    }

    private static double print(String what, int rounds, Runnable work) {
        var nanos = new long[rounds];
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            work.run();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        System.out.printf(
                "%s: best %.1f us, median %.1f us%n",
                what, nanos[0] / 1e3, nanos[rounds / 2] / 1e3);
        return nanos[rounds / 2] / 1e6;
    }
}
