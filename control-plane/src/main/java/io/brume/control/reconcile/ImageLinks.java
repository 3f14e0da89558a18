package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.PercentEncoding;
import io.brume.common.aws.sigv4.Signer;
import io.brume.common.time.Time;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.identity.AccessKey;
import io.brume.control.domain.image.ImageSource;
import io.brume.control.fleet.Fleet;
import io.brume.control.state.MasterKey;
import io.brume.control.state.Rows;
import io.brume.control.store.codec.IdentityTables;
import io.brume.store.Store;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * URLs that hosts fetch images in buckets by: presigned with a key of the account that made the
 * image, so that it can read what that account may, and nothing else. Thread-safe.
 */
public final class ImageLinks {
    /** An import may wait for its host, and a kernel may be fetched again. As long as S3 allows. */
    private static final Duration VALIDITY = Duration.ofDays(7);

    private final Store store;
    private final Fleet fleet;
    private final MasterKey masterKey;
    private final String region;
    private final Time time;

    public ImageLinks(Store store, Fleet fleet, MasterKey masterKey, String region, Time time) {
        this.store = requireNonNull(store);
        this.fleet = requireNonNull(fleet);
        this.masterKey = requireNonNull(masterKey);
        this.region = requireNonNull(region);
        this.time = requireNonNull(time);
    }

    /**
     * One for each storage node that is there; none for what is in no bucket, or when the account
     * has no key that is active.
     */
    public List<String> of(AccountId account, ImageSource source) {
        var place = source.place();
        if (place.isEmpty()) {
            return List.of();
        }
        var path =
                "/" + place.get().bucket() + "/" + PercentEncoding.encode(place.get().key(), true);
        return signer(account).stream()
                .flatMap(signer ->
                        addresses().stream()
                                .map(address -> URI.create("http://" + address + path))
                                .map(uri -> signer.presign("GET", uri, VALIDITY, time.now())))
                .map(URI::toString)
                .toList();
    }

    private Optional<Signer> signer(AccountId account) {
        return store.view(tx ->
                        Rows.of(
                                        tx,
                                        IdentityTables.ACCESS_KEYS,
                                        IdentityTables.ACCESS_KEYS_BY_ACCOUNT,
                                        account)
                                .stream()
                                .filter(AccessKey::active)
                                .findFirst())
                .map(key ->
                        new Signer(
                                key.id().value(),
                                masterKey.open(key.id(), key.secret()),
                                Optional.empty(),
                                region,
                                "s3"));
    }

    private List<String> addresses() {
        return fleet.connected().values().stream()
                .map(session -> session.facts().getObjectServer().getS3Address())
                .filter(address -> !address.isEmpty())
                .sorted()
                .toList();
    }
}
