package io.brume.control.state;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.Credential;
import io.brume.common.aws.sigv4.Credentials;
import io.brume.control.domain.identity.AccessKey;
import io.brume.control.domain.identity.AccessKeyId;
import io.brume.control.domain.identity.Principal;
import io.brume.control.store.codec.IdentityTables;
import io.brume.store.Store;
import io.brume.store.Watch;
import io.brume.store.WatchEvent;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Finds access keys for the front door. Keeps those that were used, with their derived signing
 * keys, and forgets one as soon as the store says that it changed. Thread-safe.
 */
public final class AccessKeys implements Credentials<Principal>, AutoCloseable {
    /** Beyond this many the memory is emptied; it fills again with those in use. */
    private static final int KEPT = 10_000;

    private final Store store;
    private final MasterKey masterKey;
    private final ConcurrentHashMap<AccessKeyId, Credential<Principal>> kept =
            new ConcurrentHashMap<>();
    private final AtomicLong changesHeard = new AtomicLong();
    private final Watch watch;

    public AccessKeys(Store store, MasterKey masterKey) {
        this.store = requireNonNull(store);
        this.masterKey = requireNonNull(masterKey);
        watch = store.watch(IdentityTables.ACCESS_KEYS, store.revision(), this::changed);
    }

    @Override
    public Optional<Credential<Principal>> find(String accessKeyId) {
        if (!AccessKeyId.isWellFormed(accessKeyId)) {
            return Optional.empty();
        }
        AccessKeyId id = new AccessKeyId(accessKeyId);
        Credential<Principal> known = kept.get(id);
        return known != null ? Optional.of(known) : load(id);
    }

    /**
     * Reads a key and keeps it, unless something changed meanwhile: the change may have been told
     * before there was anything to forget.
     */
    private Optional<Credential<Principal>> load(AccessKeyId id) {
        long before = changesHeard.get();
        Optional<AccessKey> key =
                store.view(tx -> Optional.ofNullable(tx.get(IdentityTables.ACCESS_KEYS, id)));
        if (key.filter(AccessKey::active).isEmpty()) {
            return Optional.empty();
        }
        Credential<Principal> credential =
                Credential.lasting(
                        id.value(),
                        masterKey.open(id, key.get().secret()),
                        Principal.root(key.get().account()));
        if (kept.size() >= KEPT) {
            kept.clear();
        }
        kept.put(id, credential);
        if (changesHeard.get() != before) {
            kept.remove(id);
        }
        return Optional.of(credential);
    }

    private void changed(WatchEvent<AccessKeyId, AccessKey> event) {
        changesHeard.incrementAndGet();
        switch (event) {
            case WatchEvent.Changed<AccessKeyId, AccessKey> changed ->
                    changed.changes().forEach(change -> kept.remove(change.key()));
            case WatchEvent.Resync<AccessKeyId, AccessKey> resync -> kept.clear();
        }
    }

    @Override
    public void close() {
        watch.close();
    }
}
