package io.brume.storage.object.s3.door;

import io.brume.common.aws.Fault;
import io.brume.storage.object.s3.XmlText;
import io.brume.storage.object.s3.http.Answer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** S3's bare {@code <Error>}. */
final class ErrorDocument {
    private ErrorDocument() {}

    static Answer of(
            Fault fault, Optional<Target> target, String requestId, String hostId, boolean head) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Content-Type", "application/xml");
        if (head) {
            return Answer.empty(fault.status(), headers);
        }
        var out =
                new XmlText(512)
                        .open("Error")
                        .leaf("Code", fault.code())
                        .leaf("Message", Objects.requireNonNullElse(fault.getMessage(), ""));
        target.flatMap(Target::bucket).ifPresent(bucket -> out.leaf("BucketName", bucket));
        target.flatMap(Target::key).ifPresent(key -> out.leaf("Key", key));
        target.ifPresent(each -> out.leaf("Resource", each.resource()));
        var body = out.leaf("RequestId", requestId).leaf("HostId", hostId).close("Error").toBytes();
        return Answer.of(fault.status(), headers, body);
    }

    /** The same answer with further headers. */
    static Answer with(Answer answer, Map<String, String> more) {
        if (more.isEmpty()) {
            return answer;
        }
        var headers = new LinkedHashMap<>(answer.headers());
        headers.putAll(more);
        return new Answer(answer.status(), headers, answer.content());
    }
}
