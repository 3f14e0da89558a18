package io.brume.storage.object.s3.config;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.ObjectRules;
import io.brume.storage.object.s3.operation.StandardRules;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What a new object gets, by its bucket's configuration and the headers of its request. */
public final class ConfiguredObjectRules implements ObjectRules {
    private final StandardRules standard;
    private final Time time;

    public ConfiguredObjectRules(Time time) {
        this.standard = new StandardRules(time);
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
        settings.putAll(standard.lock(caller.head(), bucket));
        acl(caller, bucket).ifPresent(acl -> settings.put(ObjectSetting.ACL, acl));
        if (!settings.containsKey(ObjectSetting.RETENTION)) {
            DefaultRetentions.document(bucket, time.now())
                    .ifPresent(each -> settings.put(ObjectSetting.RETENTION, each));
        }
        return settings;
    }

    private Optional<String> acl(Caller caller, Bucket bucket) {
        var change = AclChange.of(caller.head(), null);
        if (change.isEmpty()) {
            return Optional.empty();
        }
        AclOperations.demandAclsOn(caller, bucket, change);
        if (Ownership.isEnforced(bucket)) {
            return Optional.empty();
        }
        var acl = change.acl(owner(caller, bucket), Optional.of(bucket.owner()));
        AclOperations.demandNotBlocked(bucket, acl);
        return Optional.of(acl.document());
    }
}
