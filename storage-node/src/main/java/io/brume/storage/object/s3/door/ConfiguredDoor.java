package io.brume.storage.object.s3.door;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Api;
import io.brume.common.aws.Service;
import io.brume.common.aws.sigv4.Credentials;
import io.brume.common.aws.sigv4.SigV4Verifier;
import io.brume.common.time.Time;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.s3.LegacySignatures;
import io.brume.storage.object.s3.Principal;
import io.brume.storage.object.s3.accesslog.AccessLogs;
import io.brume.storage.object.s3.config.BucketConfiguration;
import io.brume.storage.object.s3.config.ConfiguredObjectRules;
import io.brume.storage.object.s3.config.ControlTags;
import io.brume.storage.object.s3.config.CorsRules;
import io.brume.storage.object.s3.config.NewBuckets;
import io.brume.storage.object.s3.config.PolicyAuthorization;
import io.brume.storage.object.s3.encryption.AccountKeys;
import io.brume.storage.object.s3.encryption.Encryptions;
import io.brume.storage.object.s3.operation.RestoreOperations;
import io.brume.storage.object.s3.operation.RestoreTimes;
import io.brume.storage.object.s3.operation.S3Parts;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.s3control.S3ControlClient;

/** The whole front door: everything that can be configured for a bucket is done. */
public final class ConfiguredDoor {
    private ConfiguredDoor() {}

    /** What is behind it. */
    public record Behind(ObjectIndex index, ObjectData data, AccessLogs logs) {
        public Behind {
            requireNonNull(index);
            requireNonNull(data);
            requireNonNull(logs);
        }
    }

    /** What it knows of those who call. */
    public record Keys(
            Credentials<Principal> credentials, LegacySignatures legacy, AccountKeys encryption) {
        public Keys {
            requireNonNull(credentials);
            requireNonNull(legacy);
            requireNonNull(encryption);
        }
    }

    /**
     * Where it is.
     *
     * @param domains below which each bucket has a host of its own; may be empty
     */
    public record Place(String region, List<String> domains) {
        public Place {
            requireNonNull(region);
            domains = List.copyOf(domains);
        }
    }

    /**
     * Puts it together.
     *
     * @param restores when archived objects can be read that somebody asks for
     * @param random thread-safe; nobody guesses it
     */
    public static S3Door of(
            Behind behind,
            Keys keys,
            Place place,
            RestoreTimes restores,
            MeterRegistry metrics,
            Time time,
            RandomGenerator random) {
        var authorization = new PolicyAuthorization(time);
        var encryptions = new Encryptions(keys.encryption(), random);
        var parts =
                new S3Parts(
                        behind.index(),
                        behind.data(),
                        authorization,
                        new ConfiguredObjectRules(time),
                        new NewBuckets(),
                        encryptions,
                        place.region(),
                        time,
                        random);
        var control =
                new Service(
                        Api.of("s3control", S3ControlClient.class),
                        BucketConfiguration.control(behind.index(), authorization));
        var nouns =
                new ArrayList<>(
                        BucketConfiguration.nouns(
                                behind.index(), authorization, encryptions, time));
        nouns.add(new RestoreOperations(parts, restores));
        return new S3Door(
                new DoorOptions(
                        parts,
                        new SigV4Verifier<>(keys.credentials(), time),
                        keys.legacy(),
                        List.of(place.region()),
                        place.domains(),
                        new CorsRules(),
                        nouns,
                        Optional.of(new DoorOptions.Control(control, ControlTags::isMeant)),
                        behind.logs(),
                        metrics));
    }
}
