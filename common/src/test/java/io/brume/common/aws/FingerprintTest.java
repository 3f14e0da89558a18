package io.brume.common.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.StartInstancesRequest;
import software.amazon.awssdk.services.ec2.model.StopInstancesRequest;

final class FingerprintTest {
    private static String of(SdkPojo request) {
        return Fingerprint.of(request, Set.of("ClientToken"));
    }

    @Test
    void leavesOutWhatItIsToldTo() {
        var request = RunInstancesRequest.builder().imageId("ami-1").build();
        assertThat(of(request.toBuilder().clientToken("a").build())).isEqualTo(of(request));
        assertThat(Fingerprint.of(request.toBuilder().clientToken("a").build(), Set.of()))
                .isNotEqualTo(of(request));
    }

    @Test
    void doesNotChangeFromOneRunToTheNext() {
        // Stored fingerprints must stay readable: a change here breaks repeated calls.
        assertThat(of(RunInstancesRequest.builder().imageId("ami-1").minCount(2).build()))
                .isEqualTo("a91dd4ad7a215898f50f07328317527f8c8e640309122b04692833913a71e54d");
    }

    @Test
    void tellsListsMembersAndClassesApart() {
        assertThat(of(DescribeInstancesRequest.builder().instanceIds("a", "b").build()))
                .isNotEqualTo(of(DescribeInstancesRequest.builder().instanceIds("ab").build()))
                .isNotEqualTo(of(DescribeInstancesRequest.builder().instanceIds("b", "a").build()))
                .isNotEqualTo(of(DescribeInstancesRequest.builder().build()));
        assertThat(of(StartInstancesRequest.builder().instanceIds("a").build()))
                .isNotEqualTo(of(StopInstancesRequest.builder().instanceIds("a").build()));
    }

    @Test
    void isTheSameHoweverTheRequestCame() {
        var service = new Service(Api.of("ec2", Ec2Contract.TYPE), new Ec2Contract());
        var one = service.bind(Calls.form("Action=RunInstances&ImageId=a&MinCount=1"));
        var other = service.bind(Calls.form("MinCount=1&ImageId=a&Action=RunInstances"));
        assertThat(of(one.request())).isEqualTo(of(other.request()));
    }

    /** The least that implements the client interface. */
    private static final class Ec2Contract
            implements software.amazon.awssdk.services.ec2.Ec2Client {
        private static final Class<?> TYPE = software.amazon.awssdk.services.ec2.Ec2Client.class;

        @Override
        public software.amazon.awssdk.services.ec2.model.RunInstancesResponse runInstances(
                RunInstancesRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String serviceName() {
            return "ec2";
        }

        @Override
        public void close() {}
    }
}
