package io.brume.storage.object.s3.door;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.brume.common.aws.Service;
import io.brume.common.aws.sigv4.SigV4Verifier;
import io.brume.storage.object.s3.Cors;
import io.brume.storage.object.s3.LegacySignatures;
import io.brume.storage.object.s3.Principal;
import io.brume.storage.object.s3.S3Noun;
import io.brume.storage.object.s3.accesslog.AccessLogs;
import io.brume.storage.object.s3.operation.S3Parts;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What the front door is made of.
 *
 * @param verifier over the access keys that this node knows of
 * @param regions that a signature may be for, the cloud's own first
 * @param domains below which each bucket has a host of its own; may be empty
 * @param control S3 Control, which shares S3's name in signatures; empty = it is not offered
 * @param nouns whose operations are offered beside the door's own: configuration, ACLs
 * @param logs where the accesses to buckets are noted that want it
 */
public record DoorOptions(
        S3Parts parts,
        SigV4Verifier<Principal> verifier,
        LegacySignatures legacy,
        List<String> regions,
        List<String> domains,
        Cors cors,
        List<S3Noun> nouns,
        Optional<Control> control,
        AccessLogs logs,
        MeterRegistry metrics) {
    /**
     * Another service behind the same door.
     *
     * @param meant whether a request is for it
     */
    public record Control(Service service, Predicate<HttpCall> meant) {
        public Control {
            requireNonNull(service);
            requireNonNull(meant);
        }
    }

    public DoorOptions {
        requireNonNull(parts);
        requireNonNull(verifier);
        requireNonNull(legacy);
        regions = List.copyOf(regions);
        domains = List.copyOf(domains);
        requireNonNull(cors);
        nouns = List.copyOf(nouns);
        requireNonNull(control);
        requireNonNull(logs);
        requireNonNull(metrics);
    }
}
