package io.brume.cli.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A node in a table. */
public final class NodeSummary {
    public static final List<String> COLUMNS =
            List.of(
                    "NodeId",
                    "Role",
                    "HostName",
                    "Zone",
                    "State",
                    "Acceleration",
                    "Vcpus",
                    "Memory",
                    "Disk");

    private NodeSummary() {}

    /** Pairs of used and total become one cell. */
    public static Map<String, Object> of(Map<String, Object> node) {
        var row = new LinkedHashMap<String, Object>(node);
        row.put("Vcpus", pair(node, "VcpusUsed", "VcpusTotal", 1, ""));
        row.put("Memory", pair(node, "MemoryUsedMiB", "MemoryTotalMiB", 1, " MiB"));
        row.put("Disk", disk(node));
        return row;
    }

    /** What is full of a node's disk; empty when it has not told yet. */
    private static String disk(Map<String, Object> node) {
        if (node.get("DiskFreeBytes") instanceof Long free
                && node.get("DiskTotalBytes") instanceof Long all) {
            return ((all - free) >> 30) + " of " + (all >> 30) + " GiB";
        }
        return "";
    }

    /** What is in use of what there is; empty for a node that gives none of it. */
    private static String pair(
            Map<String, Object> node, String used, String total, long unit, String unitName) {
        if (node.get(used) instanceof Long some && node.get(total) instanceof Long all) {
            return some / unit + " of " + all / unit + unitName;
        }
        return "";
    }
}
