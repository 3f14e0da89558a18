package io.brume.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.CreateVolumeRequest;
import software.amazon.awssdk.services.ec2.model.InstanceType;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;

class RequestFingerprintTest {
    private static RunInstancesRequest.Builder request() {
        return RunInstancesRequest.builder()
                .minCount(1)
                .maxCount(2)
                .imageId("ami-1")
                .instanceType(InstanceType.T3_MICRO)
                .securityGroupIds("sg-1", "sg-2")
                .userData("c2VjcmV0");
    }

    private static String of(RunInstancesRequest.Builder request) {
        return RequestFingerprint.of(request.build());
    }

    @Test
    void isTheSameForTheSameParametersWhateverTheToken() {
        assertThat(of(request().clientToken("a")))
                .isEqualTo(of(request().clientToken("b")))
                .isEqualTo(of(request()))
                .matches("[0-9a-f]{64}");
        assertThat(of(request().blockDeviceMappings(List.of()))).isEqualTo(of(request()));
        var volume = CreateVolumeRequest.builder().size(1).build();
        assertThat(RequestFingerprint.of(volume)).isEqualTo(RequestFingerprint.of(volume));
    }

    @Test
    void differsWhenAnyParameterDiffers() {
        assertThat(
                        List.of(
                                of(request()),
                                of(request().maxCount(3)),
                                of(request().imageId("ami-2")),
                                of(request().userData("b3RoZXI=")),
                                of(request().securityGroupIds("sg-2", "sg-1")),
                                of(request().securityGroupIds("sg-1sg-2")),
                                of(request().placement(p -> p.availabilityZone("a"))),
                                of(request().placement(p -> p.groupName("a")))))
                .doesNotHaveDuplicates();
    }
}
