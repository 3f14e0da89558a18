package io.brume.storage.object.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Where the restoration of an archived version is: kept as {@link ObjectSetting#RESTORATION}. */
public sealed interface Restoration {
    /** When something is to be done about it. */
    Instant due();

    /** Until when the copy that can be read is there, or will be. */
    Instant until();

    /** What is kept. */
    String text();

    /**
     * It was asked for.
     *
     * @param due when the copy is to be made
     */
    record Ongoing(Instant due, Instant until) implements Restoration {
        public Ongoing {
            requireNonNull(due);
            requireNonNull(until);
        }

        @Override
        public String text() {
            return "ONGOING " + due + " " + until;
        }
    }

    /**
     * There is a copy that can be read.
     *
     * @param list the rows that name its blobs; empty when they are beside the content's
     */
    record Ready(Instant until, String list) implements Restoration {
        public Ready {
            requireNonNull(until);
            requireNonNull(list);
        }

        @Override
        public Instant due() {
            return until;
        }

        @Override
        public String text() {
            return "READY " + until + " " + list;
        }
    }

    /** Empty for what was not restored. */
    static Optional<Restoration> of(Map<ObjectSetting, String> settings) {
        return Optional.ofNullable(settings.get(ObjectSetting.RESTORATION)).map(Restoration::parse);
    }

    private static Restoration parse(String text) {
        String[] words = text.split(" ", -1);
        return switch (words[0]) {
            case "ONGOING" -> new Ongoing(Instant.parse(words[1]), Instant.parse(words[2]));
            case "READY" -> new Ready(Instant.parse(words[1]), words[2]);
            default -> throw new IllegalStateException("no restoration: " + text);
        };
    }
}
