package io.brume.control.domain;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * Where this cloud is, by configuration.
 *
 * @param name for example {@code us-east-1}
 * @param zones at least one; the first is where things go that name none
 * @param endpoint host name and port of the front door as clients reach it
 */
public record Region(String name, List<Zone> zones, String endpoint) {
    public Region {
        requireNonNull(name);
        requireNonNull(endpoint);
        zones = List.copyOf(zones);
        if (zones.isEmpty()) {
            throw new IllegalArgumentException("a region has at least one zone");
        }
    }

    /** An availability zone: its name, for example {@code us-east-1a}, and id, {@code use1-az1}. */
    public record Zone(String name, String id) {
        public Zone {
            requireNonNull(name);
            requireNonNull(id);
        }
    }

    public Optional<Zone> zone(String zoneName) {
        return zones.stream().filter(zone -> zone.name().equals(zoneName)).findFirst();
    }

    /** What the private host names of its instances end in. */
    public String privateDomain() {
        return name.equals("us-east-1") ? "ec2.internal" : name + ".compute.internal";
    }
}
