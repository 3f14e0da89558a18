package io.brume.node;

import static java.util.Objects.requireNonNull;

import io.brume.node.ledger.Ledger;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.InstanceSpec;
import io.brume.proto.node.v1.LedgerEntry;
import io.brume.session.Observations;
import io.brume.session.SessionHost.Change;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each word of the control plane into the ledger before anybody acts on it, and leaves out
 * those that are older than the one held, or not understood. Called by one thread at a time.
 */
final class LedgerIntake {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerIntake.class);

    private final Ledger ledger;
    private final Observations observations;
    private final Predicate<Desired> isKept;

    /**
     * @param isKept whether this host keeps things of this kind
     */
    LedgerIntake(Ledger ledger, Observations observations, Predicate<Desired> isKept) {
        this.ledger = requireNonNull(ledger);
        this.observations = requireNonNull(observations);
        this.isKept = requireNonNull(isKept);
    }

    /** The id of a thing of any kind; empty for a kind that is not known. */
    static String idOf(Desired thing) {
        return switch (thing.getThingCase()) {
            case INSTANCE -> thing.getInstance().getInstanceId();
            case VPC -> thing.getVpc().getVpcId();
            case IMAGE -> thing.getImage().getImageId();
            case VOLUME -> thing.getVolume().getVolumeId();
            case REPLICA -> thing.getReplica().getVolumeId();
            case SNAPSHOT -> thing.getSnapshot().getSnapshotId();
            case OBJECT_STORE -> thing.getObjectStore().getId();
            case THING_NOT_SET -> "";
        };
    }

    /**
     * Takes up the whole desired state: what else there is, is released.
     *
     * @param present the ids of what the host has
     * @return what is to be acted on
     */
    List<Change> takeState(List<Desired> things, Set<String> present) throws IOException {
        Set<String> wanted = new HashSet<>();
        List<Change> changes = new ArrayList<>();
        for (Desired thing : things) {
            wanted.add(idOf(thing));
            changes.add(new Change.Wanted(thing));
        }
        Set<String> known = new HashSet<>(ledger.entries().keySet());
        known.addAll(present);
        for (String id : known) {
            if (!wanted.contains(id)) {
                changes.add(new Change.Released(id));
            }
        }
        return take(changes);
    }

    /**
     * Takes up words in their order. They are on disk when this returns.
     *
     * @return what is to be acted on
     */
    List<Change> take(List<Change> changes) throws IOException {
        Map<String, LedgerEntry> news = new LinkedHashMap<>();
        List<Change> current = new ArrayList<>();
        for (Change change : changes) {
            switch (change) {
                case Change.Wanted(Desired thing) -> {
                    String id = idOf(thing);
                    Optional<LedgerEntry> before = before(id, news);
                    if (!isUnderstood(thing) || isStale(thing, before)) {
                        continue;
                    }
                    news.put(id, Ledger.wanted(id, thing, before));
                }
                case Change.Released(String id) ->
                        news.put(
                                id,
                                before(id, news)
                                        .map(LedgerEntry::toBuilder)
                                        .orElseGet(() -> LedgerEntry.newBuilder().setId(id))
                                        .setReleased(true)
                                        .build());
            }
            current.add(change);
        }
        news.values().removeIf(entry -> ledger.entry(entry.getId()).equals(Optional.of(entry)));
        ledger.record(news.values());
        return current;
    }

    private Optional<LedgerEntry> before(String id, Map<String, LedgerEntry> news) {
        return Optional.ofNullable(news.get(id)).or(() -> ledger.entry(id));
    }

    private boolean isUnderstood(Desired thing) {
        if (!isKept.test(thing)) {
            LOG.error(
                    "'{}' is wanted, {}, which this host does not keep",
                    idOf(thing),
                    thing.getThingCase());
            return false;
        }
        if (thing.hasInstance() && !hasKnownPower(thing.getInstance())) {
            LOG.error("{} is wanted in no power state that is known here", idOf(thing));
            return false;
        }
        return true;
    }

    private static boolean hasKnownPower(InstanceSpec spec) {
        return switch (spec.getPower()) {
            case POWER_RUNNING, POWER_STOPPED, POWER_ABSENT -> true;
            case POWER_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }

    /** An older word than the one held. */
    private static boolean isStale(Desired thing, Optional<LedgerEntry> before) {
        return before.filter(entry ->
                        entry.hasDesired()
                                && Long.compareUnsigned(
                                                thing.getGeneration(),
                                                entry.getDesired().getGeneration())
                                        < 0)
                .isPresent();
    }

    /** A thing is gone: neither the ledger nor the control plane need to know of it. */
    void forget(String id) {
        try {
            ledger.record(List.of(Ledger.forgotten(id)));
        } catch (IOException e) {
            LOG.warn("{}: stays in the ledger, it could not be written", id, e);
        }
        observations.forget(id);
    }
}
