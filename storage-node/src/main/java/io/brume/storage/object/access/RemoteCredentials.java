package io.brume.storage.object.access;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.sigv4.Credential;
import io.brume.common.aws.sigv4.CredentialScope;
import io.brume.common.aws.sigv4.Credentials;
import io.brume.common.aws.sigv4.SigningKey;
import io.brume.common.time.Time;
import io.brume.storage.object.s3.Principal;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Access keys that the control plane knows, as far as they were used here. One is asked about anew
 * every 30 seconds; while nobody answers, the signing keys that are here go on being used, for a
 * day at most. So a key that is taken away is of no use after 30 seconds, and a control plane that
 * is away stops nobody who has called today. Bounded; nothing of it is written or logged.
 * Thread-safe.
 */
public final class RemoteCredentials implements Credentials<Principal> {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteCredentials.class);
    static final Duration CHECK_EVERY = Duration.ofSeconds(30);
    static final Duration MOST_UNCHECKED = Duration.ofHours(24);

    /** How long one that does not exist is not asked about again. */
    static final Duration UNKNOWN_FOR = Duration.ofSeconds(5);

    /** How long nobody is asked who did not answer. */
    static final Duration REST = Duration.ofSeconds(2);

    private static final int MOST_KEYS = 10_000;
    private static final int MOST_UNKNOWN = 10_000;
    private static final int MOST_SCOPES = 16;

    private final KeyAuthority authority;
    private final String region;
    private final Time time;
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final Map<String, Long> unknown = new ConcurrentHashMap<>();

    /**
     * @param region of the cloud: what is asked for before a request's own scope is known
     */
    public RemoteCredentials(KeyAuthority authority, String region, Time time) {
        this.authority = requireNonNull(authority);
        this.region = requireNonNull(region);
        this.time = requireNonNull(time);
    }

    /** An access key that exists, with what it was used for. */
    private final class Known {
        final String id;
        final KeyAuthority.Derived first;
        final Map<CredentialScope, SigningKey> keys = new ConcurrentHashMap<>();
        volatile long checkedNanos;
        private volatile long askedNanos;
        private boolean asking;

        Known(String id, CredentialScope scope, KeyAuthority.Derived first) {
            this.id = id;
            this.first = first;
            keys.put(scope, first.key());
            checked();
        }

        void checked() {
            checkedNanos = time.nanos();
            askedNanos = checkedNanos;
        }

        boolean isOf(KeyAuthority.Derived other) {
            return first.owner().equals(other.owner()) && first.expiry().equals(other.expiry());
        }

        /** Whether the caller is the one who is to ask now. */
        synchronized boolean takesAsking() {
            boolean due =
                    !asking
                            && isPast(checkedNanos, CHECK_EVERY)
                            && (askedNanos == checkedNanos || isPast(askedNanos, REST));
            asking |= due;
            return due;
        }

        synchronized void asked() {
            asking = false;
            askedNanos = Math.max(askedNanos, time.nanos());
        }

        Credential<Principal> credential() {
            return new Credential<>(
                    id, this::key, first.sessionToken(), first.expiry(), first.owner());
        }

        private Optional<SigningKey> key(CredentialScope scope) {
            var here = keys.get(scope);
            if (here != null) {
                return Optional.of(here);
            }
            var derived = ask(id, scope);
            derived.ifPresent(one -> {
                if (keys.size() >= MOST_SCOPES) {
                    keys.keySet().stream()
                            .min(Comparator.comparing(CredentialScope::date))
                            .ifPresent(keys::remove);
                }
                keys.put(scope, one.key());
            });
            return derived.map(KeyAuthority.Derived::key);
        }
    }

    private boolean isPast(long sinceNanos, Duration most) {
        return time.since(sinceNanos).compareTo(most) > 0;
    }

    /**
     * @throws Fault UNAVAILABLE when nobody answers who knows
     */
    @Override
    public Optional<Credential<Principal>> find(String accessKeyId) {
        var entry = known.get(accessKeyId);
        if (entry != null && entry.takesAsking()) {
            entry = checked(entry);
        }
        if (entry == null) {
            entry = isUnknown(accessKeyId) ? null : load(accessKeyId);
        } else if (isPast(entry.checkedNanos, MOST_UNCHECKED)) {
            throw unavailable();
        }
        return Optional.ofNullable(entry).map(Known::credential);
    }

    private boolean isUnknown(String id) {
        var since = unknown.get(id);
        return since != null && !isPast(since, UNKNOWN_FOR);
    }

    private CredentialScope today() {
        return CredentialScope.at(time.now(), region, "s3");
    }

    private @Nullable Known load(String id) {
        var scope = today();
        var derived = ask(id, scope);
        return derived.isEmpty() ? forgotten(id) : kept(new Known(id, scope, derived.get()));
    }

    private Optional<KeyAuthority.Derived> ask(String id, CredentialScope scope) {
        try {
            return authority.derive(id, scope);
        } catch (IOException e) {
            LOG.warn("A signature cannot be verified: {}", e.getMessage());
            throw unavailable();
        }
    }

    /** What has become of an access key; the old entry while nobody answers. */
    private @Nullable Known checked(Known entry) {
        var scope = today();
        try {
            var derived = authority.derive(entry.id, scope);
            if (derived.isEmpty()) {
                return forgotten(entry.id);
            }
            if (!entry.isOf(derived.get())) {
                return kept(new Known(entry.id, scope, derived.get()));
            }
            entry.keys.put(scope, derived.get().key());
            entry.checked();
            return entry;
        } catch (IOException e) {
            LOG.debug("An access key is used unchecked: {}", e.getMessage());
            return entry;
        } finally {
            entry.asked();
        }
    }

    private Known kept(Known entry) {
        if (known.size() >= MOST_KEYS) {
            known.values().stream()
                    .min(Comparator.comparingLong(one -> one.checkedNanos))
                    .ifPresent(oldest -> known.remove(oldest.id));
        }
        known.put(entry.id, entry);
        unknown.remove(entry.id);
        return entry;
    }

    private @Nullable Known forgotten(String id) {
        known.remove(id);
        if (unknown.size() >= MOST_UNKNOWN) {
            unknown.clear();
        }
        unknown.put(id, time.nanos());
        return null;
    }

    private static Fault unavailable() {
        return Fault.of(
                Fault.Category.UNAVAILABLE,
                "ServiceUnavailable",
                "The signature cannot be verified now. Please try again.");
    }
}
