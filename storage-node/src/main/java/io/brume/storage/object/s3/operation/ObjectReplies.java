package io.brume.storage.object.s3.operation;

import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.Restoration;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.HttpDates;
import io.brume.storage.object.s3.Query;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.encryption.Encryptions;
import java.util.LinkedHashMap;
import java.util.Map;

/** The headers that an object is read with. */
final class ObjectReplies {
    private ObjectReplies() {}

    static Map<String, String> headers(
            Bucket bucket, ObjectVersion version, ObjectContent content) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Last-Modified", HttpDates.print(version.modified()));
        headers.put("ETag", ETags.quoted(content.etag()));
        headers.put("Accept-Ranges", "bytes");
        version.headers().forEach((name, value) -> headers.put(spelled(name), value));
        Replies.version(headers, bucket, version);
        if (content.storageClass() != StorageClass.STANDARD) {
            headers.put("x-amz-storage-class", content.storageClass().name());
        }
        if (!version.tags().isEmpty()) {
            headers.put("x-amz-tagging-count", Integer.toString(version.tags().size()));
        }
        if (!version.settings().isEmpty()) {
            settings(headers, version.settings());
            headers.putAll(Encryptions.headers(Caller.current().head(), version.settings()));
        }
        return headers;
    }

    private static void settings(Map<String, String> headers, Map<ObjectSetting, String> settings) {
        var retention = settings.get(ObjectSetting.RETENTION);
        if (retention != null) {
            int space = retention.indexOf(' ');
            headers.put("x-amz-object-lock-mode", retention.substring(0, space));
            headers.put("x-amz-object-lock-retain-until-date", retention.substring(space + 1));
        }
        var hold = settings.get(ObjectSetting.LEGAL_HOLD);
        if (hold != null) {
            headers.put("x-amz-object-lock-legal-hold", hold);
        }
        Restoration.of(settings).ifPresent(state -> headers.put("x-amz-restore", said(state)));
    }

    private static String said(Restoration restoration) {
        return switch (restoration) {
            case Restoration.Ongoing _ -> "ongoing-request=\"true\"";
            case Restoration.Ready ready ->
                    "ongoing-request=\"false\", expiry-date=\""
                            + HttpDates.print(ready.until())
                            + "\"";
        };
    }

    /** As most servers spell it, for people's eyes. */
    private static String spelled(String name) {
        return switch (name) {
            case "content-type" -> "Content-Type";
            case "cache-control" -> "Cache-Control";
            case "content-disposition" -> "Content-Disposition";
            case "content-encoding" -> "Content-Encoding";
            case "content-language" -> "Content-Language";
            case "expires" -> "Expires";
            default -> name;
        };
    }

    /**
     * What the URL wants other headers to be.
     *
     * @throws io.brume.common.aws.Fault for strangers, to whom the URL is not proof of anything
     */
    static void override(Map<String, String> headers, Query query, Caller caller) {
        for (var parameter : query.asMap().entrySet()) {
            if (parameter.getKey().startsWith("response-")) {
                var name = parameter.getKey().substring("response-".length());
                var spelled = spelled(name);
                if (!spelled.equals(name) || name.equals("expires")) {
                    if (caller.account().isEmpty()) {
                        throw S3Faults.invalidRequest(
                                "Request specific response headers cannot be used for anonymous GET"
                                        + " requests.");
                    }
                    headers.put(spelled, parameter.getValue());
                }
            }
        }
    }
}
