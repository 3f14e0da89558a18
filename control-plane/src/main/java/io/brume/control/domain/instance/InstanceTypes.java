package io.brume.control.domain.instance;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The types on offer: those of AWS's families that ask for nothing but processors, memory and a
 * network. Types with disks of their own, graphics processors or another processor architecture are
 * not, since nothing here would stand behind them.
 *
 * <p>Source of the sizes: <a href="https://docs.aws.amazon.com/ec2/latest/instancetypes/">AWS's
 * instance type specifications</a>.
 */
public final class InstanceTypes {
    private static final long MEGABIT = 1_000_000;
    private static final String GENERAL =
            "large:2 xlarge:4 2xlarge:8 4xlarge:16 8xlarge:32 12xlarge:48 16xlarge:64 24xlarge:96";
    private static final String COMPUTE_5 =
            "large:2 xlarge:4 2xlarge:8 4xlarge:16 9xlarge:36 12xlarge:48 18xlarge:72 24xlarge:96";

    private static final Map<String, InstanceType> TYPES = catalogue();

    private InstanceTypes() {}

    /** The type of that name, if it is on offer. */
    public static Optional<InstanceType> find(String name) {
        return Optional.ofNullable(TYPES.get(name));
    }

    /** Every type on offer, by family and size. */
    public static Collection<InstanceType> all() {
        return TYPES.values();
    }

    private static Map<String, InstanceType> catalogue() {
        var types = new LinkedHashMap<String, InstanceType>();
        burstable(
                types,
                "t2",
                "nano:1:512 micro:1:1024 small:1:2048 medium:2:4096 large:2:8192 xlarge:4:16384"
                        + " 2xlarge:8:32768",
                1000,
                "Low to Moderate",
                false);
        for (var family : new String[] {"t3", "t3a"}) {
            burstable(
                    types,
                    family,
                    "nano:2:512 micro:2:1024 small:2:2048 medium:2:4096 large:2:8192 xlarge:4:16384"
                            + " 2xlarge:8:32768",
                    5000,
                    "Up to 5 Gigabit",
                    true);
        }
        fixed(
                types,
                "m4",
                "large:2 xlarge:4 2xlarge:8 4xlarge:16 10xlarge:40 16xlarge:64",
                4096,
                10_000,
                false);
        fixed(types, "m5", GENERAL, 4096, 10_000, true);
        fixed(types, "m5a", GENERAL, 4096, 10_000, true);
        fixed(types, "m6i", GENERAL + " 32xlarge:128", 4096, 12_500, true);
        fixed(types, "m7i", GENERAL + " 48xlarge:192", 4096, 12_500, true);
        fixed(types, "c5", COMPUTE_5, 2048, 10_000, true);
        fixed(types, "c6i", GENERAL + " 32xlarge:128", 2048, 12_500, true);
        fixed(types, "c7i", GENERAL + " 48xlarge:192", 2048, 12_500, true);
        fixed(types, "r5", GENERAL, 8192, 10_000, true);
        fixed(types, "r6i", GENERAL + " 32xlarge:128", 8192, 12_500, true);
        fixed(types, "r7i", GENERAL + " 48xlarge:192", 8192, 12_500, true);
        return Collections.unmodifiableMap(types);
    }

    /** Sizes as {@code name:vcpus:memoryMib}. */
    private static void burstable(
            Map<String, InstanceType> types,
            String family,
            String sizes,
            int megabits,
            String words,
            boolean current) {
        for (var size : sizes.split(" ", -1)) {
            var parts = size.split(":", -1);
            add(
                    types,
                    new InstanceType(
                            family + "." + parts[0],
                            Integer.parseInt(parts[1]),
                            Long.parseLong(parts[2]),
                            megabits * MEGABIT,
                            words,
                            true,
                            current));
        }
    }

    /** Sizes as {@code name:vcpus}, with the same memory for each vCPU. */
    private static void fixed(
            Map<String, InstanceType> types,
            String family,
            String sizes,
            long mibPerVcpu,
            int megabits,
            boolean current) {
        for (var size : sizes.split(" ", -1)) {
            var parts = size.split(":", -1);
            int vcpus = Integer.parseInt(parts[1]);
            boolean small = vcpus < 32;
            long speed = small ? megabits : Math.max(megabits, megabits * (vcpus / 32L));
            var words = (small ? "Up to " : "") + gigabits(speed) + " Gigabit";
            add(
                    types,
                    new InstanceType(
                            family + "." + parts[0],
                            vcpus,
                            vcpus * mibPerVcpu,
                            speed * MEGABIT,
                            words,
                            false,
                            current));
        }
    }

    private static String gigabits(long megabits) {
        return megabits % 1000 == 0
                ? Long.toString(megabits / 1000)
                : Double.toString(megabits / 1000.0);
    }

    private static void add(Map<String, InstanceType> types, InstanceType type) {
        types.put(type.name(), type);
    }
}
