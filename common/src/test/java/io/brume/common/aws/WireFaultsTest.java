package io.brume.common.aws;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/** The shape that each protocol gives an error, and what AWS's clients look for in it. */
final class WireFaultsTest {
    private final Fault absent = Fault.absent("NoSuchThing", "There is no <thing> & never was");

    private static HttpReply reply(String service, Wire wire, Fault fault) {
        return Contracts.everything(service).reply(wire, fault, "id-1");
    }

    private static HttpReply thrown(String service, Wire wire, RuntimeException exception) {
        var words = new FaultWords(ServiceFacts.load(service));
        var fault =
                exception instanceof software.amazon.awssdk.awscore.exception.AwsServiceException e
                        ? words.fault(e)
                        : (Fault) exception;
        return reply(service, wire, fault);
    }

    @Test
    void ofAwsQueryIsAnErrorResponse() {
        var reply = reply("iam", Wire.AWS_QUERY, absent);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(Calls.text(reply))
                .endsWith(
                        "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error>"
                                + "<Type>Sender</Type><Code>NoSuchThing</Code><Message>There is no"
                                + " &lt;thing&gt; &amp; never was</Message></Error>"
                                + "<RequestId>id-1</RequestId></ErrorResponse>");
        assertThat(reply.headers()).containsEntry("x-amzn-RequestId", "id-1");
    }

    @Test
    void ofS3IsABareError() {
        var reply = reply("s3", Wire.REST_XML, Fault.absent("NoSuchKey", "gone"));
        assertThat(reply.status()).isEqualTo(404);
        assertThat(Calls.text(reply))
                .endsWith(
                        "<Error><Code>NoSuchKey</Code><Message>gone</Message>"
                                + "<RequestId>id-1</RequestId></Error>");
        assertThat(reply.headers()).containsEntry("x-amz-request-id", "id-1");
    }

    @Test
    void ofJsonNamesTheShape() {
        var reply = reply("dynamodb", Wire.AWS_JSON_1_0, absent);
        assertThat(Calls.text(reply))
                .isEqualTo(
                        "{\"__type\":\"NoSuchThing\","
                                + "\"message\":\"There is no <thing> & never was\"}");
        assertThat(reply.headers())
                .containsEntry("Content-Type", "application/x-amz-json-1.0")
                .containsEntry("x-amzn-ErrorType", "NoSuchThing")
                .doesNotContainKey("x-amzn-query-error");
    }

    @Test
    void ofRestJsonHasItsTypeInAHeader() {
        var reply =
                reply("lambda", Wire.REST_JSON, Fault.conflict("ResourceConflictException", "x"));
        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.headers()).containsEntry("x-amzn-ErrorType", "ResourceConflictException");
        assertThat(Calls.text(reply)).isEqualTo("{\"message\":\"x\"}");
    }

    @Test
    void ofCborIsCbor() {
        var reply = reply("cloudwatch", Wire.RPC_V2_CBOR, Fault.invalid("ResourceNotFound", "x"));
        assertThat(reply.headers())
                .containsEntry("smithy-protocol", "rpc-v2-cbor")
                .containsEntry("Content-Type", "application/cbor")
                .containsEntry("x-amzn-query-error", "ResourceNotFound;Sender");
        assertThat(reply.status()).isEqualTo(404);
    }

    /** Without the header Terraform cannot destroy a queue. */
    @ParameterizedTest
    @CsvSource({"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"})
    void ofAQueryCompatibleServiceHasTheQueryCodeToo(String code) {
        var reply = reply("sqs", Wire.AWS_JSON_1_0, Fault.absent(code, "x"));
        assertThat(Calls.text(reply)).contains("\"__type\":\"QueueDoesNotExist\"");
        assertThat(reply.headers())
                .containsEntry(
                        "x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender");
    }

    @Test
    void ofATypedExceptionHaveItsNamesAndMembers() {
        var queue = QueueDoesNotExistException.builder().message("x").build();
        assertThat(thrown("sqs", Wire.AWS_JSON_1_0, queue).headers())
                .containsEntry(
                        "x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender");

        var entity = thrown("iam", Wire.AWS_QUERY, NoSuchEntityException.builder().build());
        assertThat(entity.status()).isEqualTo(404);
        assertThat(Calls.text(entity)).contains("<Code>NoSuchEntity</Code>");

        var cancelled =
                TransactionCanceledException.builder()
                        .message("cancelled")
                        .cancellationReasons(CancellationReason.builder().code("None").build())
                        .build();
        assertThat(Calls.text(thrown("dynamodb", Wire.AWS_JSON_1_0, cancelled)))
                .isEqualTo(
                        "{\"__type\":\"TransactionCanceledException\",\"message\":\"cancelled\","
                                + "\"CancellationReasons\":[{\"Code\":\"None\"}]}");
    }

    @Test
    void haveAwssOwnStatusUnlessTheHandlerSaysOtherwise() {
        assertThat(reply("iam", Wire.AWS_QUERY, Fault.absent("NoSuchEntity", "x")).status())
                .isEqualTo(404);
        assertThat(
                        reply(
                                        "iam",
                                        Wire.AWS_QUERY,
                                        Fault.absent("NoSuchEntity", "x").withStatus(410))
                                .status())
                .isEqualTo(410);
    }

    @Test
    void ofAServerAreTheReceivers() {
        var fault = Fault.of(Fault.Category.INTERNAL, "InternalFailure", "x");
        assertThat(Calls.text(reply("sns", Wire.AWS_QUERY, fault)))
                .contains("<Type>Receiver</Type>");
    }

    @Test
    void keepWhatXmlCannotHoldOut() {
        var fault = Fault.invalid("X", "a\u0000b\u0007c\uFFFFd\ne");
        assertThat(Calls.text(reply("sns", Wire.AWS_QUERY, fault)))
                .contains("<Message>a\uFFFDb\uFFFDc\uFFFDd&#xA;e</Message>");
    }
}
