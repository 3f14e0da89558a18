package io.brume.control.domain.volume;

import io.brume.common.aws.Fault;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * AWS's volume types with their limits and defaults.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html">Amazon EBS volume
 * types</a>.
 */
public enum VolumeType {
    GP3("gp3", 1, 65_536, 3000, 80_000, 500, 125, 2000),
    GP2("gp2", 1, 16_384, 0, 0, 0, 0, 0),
    IO1("io1", 4, 16_384, 100, 64_000, 50, 0, 0),
    IO2("io2", 4, 65_536, 100, 256_000, 1000, 0, 0),
    ST1("st1", 125, 16_384, 0, 0, 0, 0, 0),
    SC1("sc1", 125, 16_384, 0, 0, 0, 0, 0),
    STANDARD("standard", 1, 1024, 0, 0, 0, 0, 0);

    /** What a user gets who names none: AWS's own default of CreateVolume. */
    public static final VolumeType USUAL = GP2;

    private static final int GIB_PER_TIB = 1024;
    private static final int STANDARD_IOPS = 100;

    /** MiB a second for each operation a second, at most. */
    private static final double THROUGHPUT_PER_IOPS = 0.25;

    private final String awsName;
    private final int leastGib;
    private final int mostGib;
    private final int leastIops;
    private final int mostIops;
    private final int iopsPerGib;
    private final int leastThroughput;
    private final int mostThroughput;

    /** Bounds of 0 are of what users do not choose. */
    VolumeType(
            String awsName,
            int leastGib,
            int mostGib,
            int leastIops,
            int mostIops,
            int iopsPerGib,
            int leastThroughput,
            int mostThroughput) {
        this.awsName = awsName;
        this.leastGib = leastGib;
        this.mostGib = mostGib;
        this.leastIops = leastIops;
        this.mostIops = mostIops;
        this.iopsPerGib = iopsPerGib;
        this.leastThroughput = leastThroughput;
        this.mostThroughput = mostThroughput;
    }

    /** AWS's word. */
    public String awsName() {
        return awsName;
    }

    /** The type of AWS's word. */
    public static Optional<VolumeType> of(String awsName) {
        return Arrays.stream(values()).filter(type -> type.awsName.equals(awsName)).findFirst();
    }

    /**
     * The type of AWS's word.
     *
     * @throws Fault {@code InvalidParameterValue}
     */
    public static VolumeType parse(String awsName) {
        return of(awsName)
                .orElseThrow(() ->
                        invalid(
                                "Value (%s) for parameter volumeType is invalid. Unknown type."
                                        .formatted(awsName)));
    }

    /** Whether AWS shows operations a second of it. */
    public boolean showsIops() {
        return this == GP2 || choosesIops();
    }

    /** Whether a user chooses its MiB a second. */
    public boolean hasThroughput() {
        return mostThroughput > 0;
    }

    /** Whether a user chooses its operations a second. */
    public boolean choosesIops() {
        return mostIops > 0;
    }

    /**
     * A volume of this type.
     *
     * @param askedIops null = the default
     * @param askedThroughput null = the default
     * @throws Fault in AWS's words when a limit is not kept
     */
    public VolumeConfiguration configure(
            int sizeGib, @Nullable Integer askedIops, @Nullable Integer askedThroughput) {
        if (sizeGib < leastGib) {
            throw invalid(
                    "Volume of %dGiB is too small for volume type %s; minimum is %dGiB"
                            .formatted(sizeGib, awsName, leastGib));
        }
        if (sizeGib > mostGib) {
            throw invalid(
                    "Volume of %dGiB is too large for volume type %s; maximum is %dGiB"
                            .formatted(sizeGib, awsName, mostGib));
        }
        int operations = operations(sizeGib, askedIops);
        return new VolumeConfiguration(
                this, sizeGib, operations, bandwidth(sizeGib, operations, askedThroughput));
    }

    private int operations(int sizeGib, @Nullable Integer asked) {
        if (!choosesIops()) {
            if (asked != null) {
                throw combination(
                        "The parameter iops is not supported for %s volumes.".formatted(awsName));
            }
            return this == GP2 ? Math.clamp(3L * sizeGib, 100, 16_000) : STANDARD_IOPS;
        }
        if (asked == null) {
            if (this == GP3) {
                return leastIops;
            }
            throw combination(
                    "The parameter iops must be specified for %s volumes.".formatted(awsName));
        }
        if (asked < leastIops) {
            throw invalid(
                    "Volume iops of %d is too low; minimum is %d.".formatted(asked, leastIops));
        }
        if (asked > mostIops) {
            throw invalid(
                    "Volume iops of %d is too high; maximum is %d.".formatted(asked, mostIops));
        }
        // What every gp3 volume has needs no size.
        boolean free = this == GP3 && asked <= leastIops;
        if (!free && asked > (long) iopsPerGib * sizeGib) {
            throw invalid(
                    "Iops to volume size ratio of %f is too high; maximum is %d"
                            .formatted((double) asked / sizeGib, iopsPerGib));
        }
        return asked;
    }

    private int bandwidth(int sizeGib, int operations, @Nullable Integer asked) {
        if (!hasThroughput()) {
            if (asked != null) {
                throw combination(
                        "The parameter throughput is not supported for %s volumes."
                                .formatted(awsName));
            }
            return fixedBandwidth(sizeGib, operations);
        }
        if (asked == null) {
            return leastThroughput;
        }
        if (asked < leastThroughput) {
            throw invalid(
                    "Volume throughput of %dMiB/s is too low; minimum is %dMiB/s."
                            .formatted(asked, leastThroughput));
        }
        if (asked > mostThroughput) {
            throw invalid(
                    "Volume throughput of %dMiB/s is too high; maximum is %dMiB/s."
                            .formatted(asked, mostThroughput));
        }
        if (asked > THROUGHPUT_PER_IOPS * operations) {
            throw invalid(
                    "Throughput (MiBps) to iops ratio of %f is too high; maximum is %f"
                            .formatted((double) asked / operations, THROUGHPUT_PER_IOPS));
        }
        return asked;
    }

    /** MiB a second of the types whose users do not choose, bursts included. */
    private int fixedBandwidth(int sizeGib, int operations) {
        return switch (this) {
            case GP2 -> sizeGib <= 170 ? 128 : 250;
            case IO1 -> Math.clamp(operations / 4L, 125, 1000);
            case IO2 -> Math.clamp(operations / 4L, 125, 4000);
            case ST1 -> Math.clamp(250L * sizeGib / GIB_PER_TIB, 30, 500);
            case SC1 -> Math.clamp(80L * sizeGib / GIB_PER_TIB, 10, 250);
            case STANDARD -> 90;
            case GP3 -> throw new IllegalStateException("gp3's throughput is chosen");
        };
    }

    private static Fault invalid(String message) {
        return Fault.invalid("InvalidParameterValue", message);
    }

    private static Fault combination(String message) {
        return Fault.invalid("InvalidParameterCombination", message);
    }
}
