package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the cuts of several volumes of a host be of one moment (docs/design/0002-block-volumes.md).
 * A cut has its place in the order of its volume's changes from when it <em>enters</em>; changes
 * that come later wait for it. No cut of a group is carried out before all have entered. So what
 * was answered on one volume before a change of another one began is in the one's snapshot whenever
 * the change is in the other's.
 *
 * <pre>
 *   ASKED ── all of the group are asked ──▶ ENTERING ── has its place ──▶ ENTERED ── all have ──▶ PASSED
 *     ▲                                                                     │
 *     └────── again after a pause ── RESTING ◀── the others do not come ────┤
 *                                                                           └── and may have ──▶ FAILED
 * </pre>
 *
 * A volume that is begun with the cut enters at once, before anybody can change anything: an
 * earlier life of the volume may have seen the others pass, and then its cut has to come first. So
 * it must not be put off, unless the group is known to be new.
 *
 * <p>Thread-safe. Members are told while no lock is held, from any thread.
 */
public final class CutGroups {
    private static final Logger LOG = LoggerFactory.getLogger(CutGroups.class);

    /** How often the members of a group come together in vain. */
    static final int MOST_ATTEMPTS = 5;

    private final Map<String, Group> groups = new HashMap<>();

    /** None yet. */
    public CutGroups() {}

    /** One volume's cut. Every call returns at once. */
    interface Member {
        /** Is to have its place in the order now, and to say so. */
        void enter();

        /** Is to be carried out. */
        void pass();

        /** Is to give up its place, so that changes go on, and to be tried again after a pause. */
        void rest();

        /** Cannot be of the group's moment any more. */
        void fail();
    }

    private enum State {
        ASKED,
        ENTERING,
        ENTERED,
        RESTING,
        PASSED,
        FAILED
    }

    private static final class Group {
        /** By volume. */
        final Map<String, Place> places = new TreeMap<>();

        /** Somebody who had served its volume before was asked: nobody can have passed earlier. */
        boolean isNew;

        /** Somebody has passed: who has not can only go on. */
        boolean opened;
    }

    /** A member's part in its group. */
    static final class Place {
        private final String groupId;
        private final String volumeId;
        private final Member member;
        private Set<String> together;
        private State state;
        private int attempts;

        private Place(CutGroup cut, String volumeId, Member member, State state) {
            this.groupId = cut.groupId();
            this.volumeId = requireNonNull(volumeId);
            this.member = requireNonNull(member);
            this.together = cut.volumeIds();
            this.state = state;
        }
    }

    /**
     * Takes part.
     *
     * @param entered whether it has its place already, since its volume is only begun
     */
    Place join(CutGroup cut, String volumeId, Member member, boolean entered) {
        var place = new Place(cut, volumeId, member, entered ? State.ENTERED : State.ASKED);
        var then = new ArrayList<Runnable>();
        synchronized (groups) {
            var group = groups.computeIfAbsent(cut.groupId(), id -> new Group());
            group.isNew |= !entered;
            group.places.put(volumeId, place);
            settle(group, then);
        }
        tell(then);
        return place;
    }

    /** Comes together with these from now on. */
    void change(Place place, CutGroup cut) {
        when(place, group -> place.together = cut.volumeIds());
    }

    /** Has its place. */
    void entered(Place place) {
        when(
                place,
                group -> {
                    if (place.state == State.ENTERING) {
                        place.state = State.ENTERED;
                    }
                });
    }

    /** Has rested. */
    void again(Place place) {
        when(
                place,
                group -> {
                    if (place.state == State.RESTING) {
                        place.state = State.ASKED;
                    }
                });
    }

    /** Turns out to have been cut by an earlier life of the volume. */
    void found(Place place) {
        var then = new ArrayList<Runnable>();
        synchronized (groups) {
            var group = groups.get(place.groupId);
            if (group == null) {
                return;
            }
            place.state = State.PASSED;
            group.opened = true;
            for (Place other : group.places.values()) {
                // Changes have gone by since.
                if (other.state != State.PASSED && other.state != State.ENTERED) {
                    fail(other, then);
                }
            }
            settle(group, then);
        }
        tell(then);
    }

    /** Has waited for the others for as long as its clients can. */
    void expired(Place place) {
        var then = new ArrayList<Runnable>();
        synchronized (groups) {
            var group = groups.get(place.groupId);
            if (group == null || place.state != State.ENTERED) {
                return;
            }
            place.attempts++;
            if (group.opened || !group.isNew || place.attempts >= MOST_ATTEMPTS) {
                fail(place, then);
            } else {
                place.state = State.RESTING;
                then.add(place.member::rest);
            }
        }
        tell(then);
    }

    private static void fail(Place place, List<Runnable> then) {
        if (place.state != State.FAILED) {
            place.state = State.FAILED;
            then.add(place.member::fail);
        }
    }

    /** Takes part no more. */
    void leave(Place place) {
        synchronized (groups) {
            var group = groups.get(place.groupId);
            if (group != null && group.places.remove(place.volumeId, place)) {
                if (group.places.isEmpty()) {
                    groups.remove(place.groupId);
                }
            }
        }
    }

    /** How many groups there are. */
    int size() {
        synchronized (groups) {
            return groups.size();
        }
    }

    private static void tell(List<Runnable> then) {
        for (Runnable each : then) {
            try {
                each.run();
            } catch (RejectedExecutionException e) {
                LOG.debug("a volume has ended meanwhile", e);
            }
        }
    }

    private interface Change {
        void of(Group group);
    }

    private void when(Place place, Change change) {
        var then = new ArrayList<Runnable>();
        synchronized (groups) {
            var group = groups.get(place.groupId);
            if (group == null) {
                return;
            }
            change.of(group);
            settle(group, then);
        }
        tell(then);
    }

    private static void settle(Group group, List<Runnable> then) {
        for (Place place : group.places.values()) {
            if (place.state == State.ASKED
                    && all(group, place, other -> other.state != State.FAILED)) {
                place.state = State.ENTERING;
                then.add(place.member::enter);
            }
        }
        for (Place place : group.places.values()) {
            if (place.state == State.ENTERED && all(group, place, CutGroups::hasEntered)) {
                place.state = State.PASSED;
                group.opened = true;
                then.add(place.member::pass);
            }
        }
    }

    private static boolean hasEntered(Place place) {
        return place.state == State.ENTERED || place.state == State.PASSED;
    }

    private static boolean all(Group group, Place place, Predicate<Place> test) {
        for (String volumeId : place.together) {
            Place other = group.places.get(volumeId);
            if (!volumeId.equals(place.volumeId) && (other == null || !test.test(other))) {
                return false;
            }
        }
        return true;
    }
}
