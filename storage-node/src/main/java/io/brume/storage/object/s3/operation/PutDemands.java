package io.brume.storage.object.s3.operation;

import io.brume.common.aws.HttpCall;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.s3.AccessContext;
import java.util.Map;

/** What a caller must be allowed to, by what his request gives the object. */
final class PutDemands {
    private PutDemands() {}

    static void demand(
            Access access, Bucket bucket, ObjectKey key, HttpCall head, Map<String, String> tags) {
        var context = AccessContext.tagging(tags);
        access.demand("s3:PutObject", bucket, key, context);
        if (!tags.isEmpty()) {
            access.demand("s3:PutObjectTagging", bucket, key, context);
        }
        for (var name : head.headers().keySet()) {
            if (name.startsWith("x-amz-")) {
                var action = action(name);
                if (!action.isEmpty()) {
                    access.demand(action, bucket, key, context);
                }
            }
        }
    }

    private static String action(String header) {
        return switch (header) {
            case "x-amz-acl" -> "s3:PutObjectAcl";
            case "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date" ->
                    "s3:PutObjectRetention";
            case "x-amz-object-lock-legal-hold" -> "s3:PutObjectLegalHold";
            default -> header.startsWith("x-amz-grant-") ? "s3:PutObjectAcl" : "";
        };
    }
}
