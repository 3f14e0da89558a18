package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.brume.common.time.Time;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.HttpDates;
import io.brume.storage.object.s3.ObjectRules;
import io.brume.storage.object.s3.S3Faults;
import java.util.EnumMap;
import java.util.Map;

/**
 * The rules of buckets as AWS makes them today: all objects are the bucket owner's, and there are
 * no ACLs. Object lock is as the request's headers say.
 */
public final class StandardRules implements ObjectRules {
    private final Time time;

    public StandardRules(Time time) {
        this.time = requireNonNull(time);
    }

    @Override
    public AccountId owner(Caller caller, Bucket bucket) {
        return bucket.owner();
    }

    @Override
    public Map<ObjectSetting, String> settings(Caller caller, Bucket bucket) {
        demandNoAcl(caller.head());
        return lock(caller.head(), bucket);
    }

    private static void demandNoAcl(HttpCall head) {
        var acl = head.header("x-amz-acl");
        boolean granted =
                head.headers().keySet().stream().anyMatch(n -> n.startsWith("x-amz-grant-"));
        if (granted || (acl != null && !acl.equals("bucket-owner-full-control"))) {
            throw Fault.invalid("AccessControlListNotSupported", "The bucket does not allow ACLs");
        }
    }

    /**
     * What the headers say of object lock.
     *
     * @throws Fault when the bucket has none, or they make no sense
     */
    public Map<ObjectSetting, String> lock(HttpCall head, Bucket bucket) {
        var mode = head.header("x-amz-object-lock-mode");
        var until = head.header("x-amz-object-lock-retain-until-date");
        var hold = head.header("x-amz-object-lock-legal-hold");
        if (mode == null && until == null && hold == null) {
            return Map.of();
        }
        if (!bucket.objectLock()) {
            throw S3Faults.invalidRequest("Bucket is missing Object Lock Configuration");
        }
        var settings = new EnumMap<ObjectSetting, String>(ObjectSetting.class);
        if (mode != null || until != null) {
            if (mode == null || until == null) {
                throw S3Faults.invalidArgument(
                        "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both"
                                + " be supplied");
            }
            if (!mode.equals("GOVERNANCE") && !mode.equals("COMPLIANCE")) {
                throw S3Faults.invalidArgument("Unknown wormMode directive.");
            }
            var end =
                    HttpDates.parse(until)
                            .orElseThrow(() ->
                                    S3Faults.invalidArgument(
                                            "The retain until date must be provided in ISO 8601"
                                                    + " format"));
            if (!end.isAfter(time.now())) {
                throw S3Faults.invalidArgument("The retain until date must be in the future!");
            }
            settings.put(ObjectSetting.RETENTION, mode + " " + end);
        }
        if (hold != null) {
            if (!hold.equals("ON") && !hold.equals("OFF")) {
                throw S3Faults.invalidArgument("Legal Hold must be either of 'ON' or 'OFF'");
            }
            if (hold.equals("ON")) {
                settings.put(ObjectSetting.LEGAL_HOLD, hold);
            }
        }
        return settings;
    }
}
