package io.brume.common.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeAvailabilityZonesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeAvailabilityZonesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.Reservation;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.RunInstancesResponse;
import software.amazon.awssdk.services.ec2.model.TerminateInstancesRequest;
import software.amazon.awssdk.services.ec2.model.TerminateInstancesResponse;

final class ServiceTest {
    /** A cloud of one instance. */
    private static final class OneInstance implements Ec2Client {
        @Override
        public RunInstancesResponse runInstances(RunInstancesRequest request) {
            return RunInstancesResponse.builder()
                    .reservationId("r-1")
                    .instances(
                            Instance.builder().instanceId("i-1").imageId(request.imageId()).build())
                    .build();
        }

        @Override
        public DescribeInstancesResponse describeInstances(DescribeInstancesRequest request) {
            if (request.instanceIds().contains("i-2")) {
                throw Fault.absent("InvalidInstanceID.NotFound", "The instance <i-2> is unknown");
            }
            return DescribeInstancesResponse.builder().reservations(new Reservation[0]).build();
        }

        @Override
        public TerminateInstancesResponse terminateInstances(TerminateInstancesRequest request) {
            throw new IllegalStateException("a bug");
        }

        @Override
        public String serviceName() {
            return "ec2";
        }

        @Override
        public void close() {}
    }

    private static final String ZONES = "DescribeAvailabilityZones";

    /** Another part of the same service. */
    private static final class Zones implements Ec2Client {
        @Override
        public DescribeAvailabilityZonesResponse describeAvailabilityZones(
                DescribeAvailabilityZonesRequest request) {
            return DescribeAvailabilityZonesResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return "ec2";
        }

        @Override
        public void close() {}
    }

    private final Service service = new Service(Api.of("ec2", Ec2Client.class), new OneInstance());

    @Test
    void offersWhatTheHandlerOverrides() {
        assertThat(service.operations())
                .containsExactlyInAnyOrder(
                        "RunInstances", "DescribeInstances", "TerminateInstances");
    }

    @Test
    void servesAnOperationOverEc2Query() {
        var call =
                service.bind(
                        Calls.form(
                                "Action=RunInstances&Version=2016-11-15&ImageId=ami-1&MinCount=1"
                                        + "&MaxCount=2&TagSpecification.7.ResourceType=instance"
                                        + "&TagSpecification.7.Tag.1.Key=a%20b"
                                        + "&TagSpecification.7.Tag.1.Value=%C3%A9%2B"));
        assertThat(call.action()).isEqualTo("ec2:RunInstances");
        var request = (RunInstancesRequest) call.request();
        assertThat(request.maxCount()).isEqualTo(2);
        assertThat(request.clientToken()).isNull();
        assertThat(request.tagSpecifications().getFirst().tags().getFirst().value())
                .isEqualTo("é+");

        service.validate(call);
        var reply = service.reply(call, service.invoke(call), "id-1");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(Calls.text(reply))
                .isEqualTo(
                        """
                        <?xml version="1.0" encoding="UTF-8"?>
                        <RunInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">\
                        <requestId>id-1</requestId><reservationId>r-1</reservationId>\
                        <instancesSet><item><instanceId>i-1</instanceId><imageId>ami-1</imageId>\
                        </item></instancesSet></RunInstancesResponse>\
                        """);
    }

    @Test
    void writesAnExplicitEmptyListAndNoUnsetOne() {
        var call = service.bind(Calls.form("Action=DescribeInstances"));
        assertThat(Calls.text(service.reply(call, service.invoke(call), "x")))
                .contains("<reservationSet></reservationSet>")
                .doesNotContain("nextToken");
    }

    @Test
    void rendersAFault() {
        var call = service.bind(Calls.form("Action=DescribeInstances&InstanceId.1=i-2"));
        var fault = fault(() -> service.invoke(call));
        var reply = service.reply(call.wire(), fault, "id-2");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(Calls.text(reply))
                .endsWith(
                        "<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code>"
                                + "<Message>The instance &lt;i-2&gt; is unknown</Message></Error>"
                                + "</Errors><RequestID>id-2</RequestID></Response>");
    }

    @Test
    void keepsABugsDetailsToItself() {
        var call = service.bind(Calls.form("Action=TerminateInstances&InstanceId.1=i-0"));
        var fault = fault(() -> service.invoke(call));
        assertThat(fault.code()).isEqualTo("InternalError");
        assertThat(fault.status()).isEqualTo(500);
        assertThat(fault).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(Calls.text(service.reply(call.wire(), fault, "x"))).doesNotContain("a bug");
    }

    @Test
    void tellsAnUnsupportedActionFromAnUnknownOne() {
        assertThat(fault(() -> service.bind(Calls.form("Action=CreateFleet"))))
                .satisfies(f -> assertThat(f.code()).isEqualTo("UnsupportedOperation"))
                .hasMessageContaining("CreateFleet");
        assertThat(fault(() -> service.bind(Calls.form("Action=MakeCoffee"))).code())
                .isEqualTo("InvalidAction");
        assertThat(fault(() -> service.bind(Calls.form("Foo=1"))).code())
                .isEqualTo("MissingAction");
    }

    @Test
    void refusesWhatIsNoNumber() {
        var fault = fault(() -> service.bind(Calls.form("Action=RunInstances&MinCount=one")));
        assertThat(fault.code()).isEqualTo("InvalidParameterValue");
        assertThat(fault).hasMessageContaining("MinCount");
    }

    @Test
    void missesRequiredMembers() {
        var call = service.bind(Calls.form("Action=RunInstances&MinCount=1"));
        var fault = fault(() -> service.validate(call));
        assertThat(fault.code()).isEqualTo("MissingParameter");
        assertThat(fault).hasMessage("The request must contain the parameter MaxCount");
    }

    @Test
    void refusesAHandlerOfAnotherService() {
        assertThatThrownBy(() -> new Service(Api.of("ec2", Ec2Client.class), "no client"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void joinsTheHandlersOfItsParts() {
        var joined =
                new Service(
                        Api.of("ec2", Ec2Client.class), List.of(new OneInstance(), new Zones()));
        assertThat(joined.operations()).containsAll(service.operations()).contains(ZONES);
        var call = joined.bind(Calls.form("Action=" + ZONES));
        assertThat(joined.invoke(call).response())
                .isEqualTo(DescribeAvailabilityZonesResponse.builder().build());
    }

    @Test
    void refusesTwoHandlersOfOneOperation() {
        var twice = List.of(new OneInstance(), new OneInstance());
        assertThatThrownBy(() -> new Service(Api.of("ec2", Ec2Client.class), twice))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two handlers offer");
    }

    static Fault fault(Runnable step) {
        try {
            step.run();
        } catch (Fault fault) {
            return Objects.requireNonNull(fault);
        }
        throw new AssertionError("no fault");
    }
}
