package io.brume.storage.object.group;

import java.util.ArrayList;
import java.util.List;

/**
 * Gives things to nodes so that whoever knows the nodes finds the same, and few things change hands
 * when a node comes or goes: each goes to the node with which its hash is the highest.
 */
final class Rendezvous {
    private Rendezvous() {}

    /**
     * The nodes of the parts of a thing: different ones, as long as there are enough.
     *
     * @param nodes at least one
     */
    static List<String> of(long thing, int parts, List<String> nodes) {
        List<String> chosen = new ArrayList<>(parts);
        List<String> left = new ArrayList<>(nodes);
        for (int part = 0; part < parts; part++) {
            if (left.isEmpty()) {
                left.addAll(nodes);
            }
            String best = left.getFirst();
            long most = Long.MIN_VALUE;
            for (String node : left) {
                long hash = mix(hash(node) ^ mix(thing << Byte.SIZE | part));
                if (hash > most) {
                    best = node;
                    most = hash;
                }
            }
            left.remove(best);
            chosen.add(best);
        }
        return chosen;
    }

    /** FNV-1a, on 64 bits. */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** The finalizer of SplitMix64. */
    private static long mix(long value) {
        long mixed = value + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
