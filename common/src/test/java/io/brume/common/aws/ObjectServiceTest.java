package io.brume.common.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteBucketRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketResponse;
import software.amazon.awssdk.services.s3.model.GetBucketLocationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLocationResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** A REST service with streams, and few of AWS's operations. */
final class ObjectServiceTest {
    /** A store of one object. */
    private static final class OneObject implements S3Client {
        private byte[] content = new byte[0];

        @Override
        public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
            try (var in = body.contentStreamProvider().newStream()) {
                content = in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return PutObjectResponse.builder().eTag('"' + request.key() + '"').build();
        }

        @Override
        public <T> T getObject(
                GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> to) {
            try {
                return to.transform(
                        GetObjectResponse.builder()
                                .contentType("text/x-test")
                                .metadata(Map.of("a", "b\r\nEvil: 1"))
                                .build(),
                        AbortableInputStream.create(new ByteArrayInputStream(content)));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public ListObjectsResponse listObjects(ListObjectsRequest request) {
            return ListObjectsResponse.builder().name(request.bucket()).build();
        }

        @Override
        public DeleteBucketResponse deleteBucket(DeleteBucketRequest request) {
            return DeleteBucketResponse.builder().build();
        }

        @Override
        public GetBucketLocationResponse getBucketLocation(GetBucketLocationRequest request) {
            return GetBucketLocationResponse.builder().locationConstraint("af-south-1").build();
        }

        @Override
        public String serviceName() {
            return "s3";
        }

        @Override
        public void close() {}
    }

    private final Service s3 = new Service(Api.of("s3", S3Client.class), new OneObject());

    private HttpReply run(HttpCall call) {
        var bound = s3.bind(call);
        s3.validate(bound);
        return s3.reply(bound, s3.invoke(bound), "id");
    }

    private static HttpCall put(String path, String body) {
        return new HttpCall("PUT", path, "", Map.of(), body.getBytes(UTF_8));
    }

    @Test
    void streamsBothWays() {
        assertThat(run(put("/b/a%20key//with/%2e%2E/all+", "content")).headers())
                .containsEntry("ETag", "\"a key//with/../all+\"");
        var got = run(Calls.get("/b/k", ""));
        assertThat(Calls.text(got)).isEqualTo("content");
        assertThat(got.headers()).containsEntry("Content-Type", "text/x-test");
    }

    @Test
    void keepsAHandlersTextWithinItsHeader() {
        assertThat(run(Calls.get("/b/k", "")).headers().get("x-amz-meta-a"))
                .isEqualTo("b  Evil: 1");
    }

    @Test
    void tellsABucketFromAnObject() {
        assertThat(s3.bind(Calls.get("/b", "")).operation()).isEqualTo("ListObjects");
        assertThat(s3.bind(Calls.get("/b/", "")).operation()).isEqualTo("ListObjects");
        assertThat(s3.bind(Calls.get("/b/k/", "")).operation()).isEqualTo("GetObject");
    }

    @Test
    void writesS3sOwnRoots() {
        assertThat(Calls.text(run(Calls.get("/b", ""))))
                .endsWith(
                        "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                                + "<Name>b</Name></ListBucketResult>");
        assertThat(Calls.text(run(Calls.get("/b", "location"))))
                .endsWith(
                        "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                                + "af-south-1</LocationConstraint>");
    }

    @Test
    void answersAwssStatus() {
        var reply = run(new HttpCall("DELETE", "/b", "", Map.of(), new byte[0]));
        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.body()).isEmpty();
    }

    /** An operation that is not offered must never fall through to one that is. */
    @Test
    void neverTakesOneOperationForAnother() {
        for (var part :
                List.of("policy", "tagging", "cors", "lifecycle", "website", "encryption")) {
            var call = new HttpCall("DELETE", "/b", part, Map.of(), new byte[0]);
            var fault = ServiceTest.fault(() -> s3.bind(call));
            assertThat(fault.code()).as(part).isEqualTo("NotImplemented");
            assertThat(fault.status()).isEqualTo(501);
        }
        var copy =
                new HttpCall(
                        "PUT",
                        "/b/k",
                        "",
                        Map.of("x-amz-copy-source", List.of("/b/other")),
                        new byte[0]);
        assertThat(ServiceTest.fault(() -> s3.bind(copy))).hasMessageContaining("CopyObject");
        var part = new HttpCall("PUT", "/b/k", "partNumber=1&uploadId=x", Map.of(), new byte[0]);
        assertThat(ServiceTest.fault(() -> s3.bind(part))).hasMessageContaining("UploadPart");
    }
}
