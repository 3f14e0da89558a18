package io.brume.storage.object.s3.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.brume.common.time.Time;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.s3.AccessContext;
import io.brume.storage.object.s3.Authorization;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.ObjectRules;
import io.brume.storage.object.s3.S3Faults;
import java.net.URLDecoder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What a new object gets, by its bucket's configuration and the headers of its request. */
public final class ConfiguredObjectRules implements ObjectRules {
    private final Authorization authorization;
    private final Time time;

    public ConfiguredObjectRules(Authorization authorization, Time time) {
        this.authorization = requireNonNull(authorization);
        this.time = requireNonNull(time);
    }

    @Override
    public AccountId owner(Caller caller, Bucket bucket) {
        boolean given =
                switch (Ownership.of(bucket)) {
                    case BUCKET_OWNER_ENFORCED -> true;
                    case BUCKET_OWNER_PREFERRED ->
                            "bucket-owner-full-control".equals(caller.head().header("x-amz-acl"));
                    default -> false;
                };
        return given ? bucket.owner() : caller.account().orElse(bucket.owner());
    }

    @Override
    public Map<ObjectSetting, String> settings(Caller caller, Bucket bucket) {
        var settings = new EnumMap<ObjectSetting, String>(ObjectSetting.class);
        acl(caller, bucket).ifPresent(acl -> settings.put(ObjectSetting.ACL, acl));
        retention(caller, bucket).ifPresent(each -> settings.put(ObjectSetting.RETENTION, each));
        if (legalHold(caller, bucket)) {
            settings.put(ObjectSetting.LEGAL_HOLD, "ON");
        }
        return settings;
    }

    private Optional<String> acl(Caller caller, Bucket bucket) {
        var change = AclChange.of(caller.head());
        if (change.isEmpty()) {
            return Optional.empty();
        }
        AclOperations.demandAclsOn(bucket, change);
        if (Ownership.isEnforced(bucket)) {
            return Optional.empty();
        }
        demand(caller, "s3:PutObjectAcl", bucket);
        var acl = change.acl(owner(caller, bucket), Optional.of(bucket.owner()));
        AclOperations.demandNotBlocked(bucket, acl);
        return Optional.of(acl.document());
    }

    private Optional<String> retention(Caller caller, Bucket bucket) {
        var mode = caller.head().header("x-amz-object-lock-mode");
        var until = caller.head().header("x-amz-object-lock-retain-until-date");
        if (mode == null && until == null) {
            return DefaultRetentions.document(bucket, time.now());
        }
        if (mode == null || until == null) {
            throw S3Faults.invalidArgument(
                    "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be"
                            + " supplied");
        }
        demandLock(bucket);
        demand(caller, "s3:PutObjectRetention", bucket);
        if (!mode.equals("GOVERNANCE") && !mode.equals("COMPLIANCE")) {
            throw S3Faults.invalidArgument("Unknown wormMode directive.");
        }
        return Optional.of(Retentions.document(mode, time(until), time.now()));
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw S3Faults.invalidArgument(
                    "The retain until date must be provided in ISO 8601 format");
        }
    }

    private boolean legalHold(Caller caller, Bucket bucket) {
        var hold = caller.head().header("x-amz-object-lock-legal-hold");
        if (hold == null) {
            return false;
        }
        demandLock(bucket);
        demand(caller, "s3:PutObjectLegalHold", bucket);
        return switch (hold) {
            case "ON" -> true;
            case "OFF" -> false;
            default -> throw S3Faults.invalidArgument("Legal Hold must be either of 'ON' or 'OFF'");
        };
    }

    private static void demandLock(Bucket bucket) {
        if (!bucket.objectLock()) {
            throw S3Faults.invalidRequest("Bucket is missing Object Lock Configuration");
        }
    }

    private void demand(Caller caller, String action, Bucket bucket) {
        authorization.demand(caller, action, bucket, key(caller.head()), AccessContext.NONE);
    }

    /** The key in a path of path style. */
    private static Optional<ObjectKey> key(HttpCall head) {
        int slash = head.path().indexOf('/', 1);
        if (slash < 0) {
            return Optional.empty();
        }
        var key = URLDecoder.decode(head.path().substring(slash + 1).replace("+", "%2B"), UTF_8);
        return ObjectKey.isValid(key) ? Optional.of(new ObjectKey(key)) : Optional.empty();
    }
}
