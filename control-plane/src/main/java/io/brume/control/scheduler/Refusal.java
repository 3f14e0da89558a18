package io.brume.control.scheduler;

import java.util.Arrays;
import java.util.Optional;

/** Why a host does not suit a demand; in the order in which they are looked at. */
public enum Refusal {
    ZONE("is in another zone") {
        @Override
        boolean applies(NodeView node, Demand demand) {
            return !node.zone().equals(demand.zone());
        }
    },
    ARCHITECTURE("has another processor architecture") {
        @Override
        boolean applies(NodeView node, Demand demand) {
            return !node.architecture().equals(demand.architecture());
        }
    },
    UNAVAILABLE("cannot be reached or takes no instances") {
        @Override
        boolean applies(NodeView node, Demand demand) {
            return !node.available();
        }
    },
    VCPUS("has too few vCPUs left") {
        @Override
        boolean applies(NodeView node, Demand demand) {
            return node.free().vcpus() < demand.resources().vcpus();
        }
    },
    MEMORY("has too little memory left") {
        @Override
        boolean applies(NodeView node, Demand demand) {
            return node.free().memoryMib() < demand.resources().memoryMib();
        }
    };

    private final String words;

    Refusal(String words) {
        this.words = words;
    }

    /** For people: completes "this host …". */
    public String words() {
        return words;
    }

    abstract boolean applies(NodeView node, Demand demand);

    /** The first reason against a host, if there is one. */
    static Optional<Refusal> of(NodeView node, Demand demand) {
        return Arrays.stream(ALL).filter(refusal -> refusal.applies(node, demand)).findFirst();
    }

    private static final Refusal[] ALL = values();
}
