package io.brume.node.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recorded from this project's first machine and from a desktop. */
class HostFactsTest {
    private static final String CPUINFO =
            """
            processor	: 0
            vendor_id	: AuthenticAMD
            model name	: AMD EPYC
            cpu MHz		: 2596.122
            flags		: fpu vme de pse tsc msr FLAG pae mce

            processor	: 1
            model name	: AMD EPYC
            cpu MHz		: 2596.122
            flags		: fpu vme de pse tsc msr FLAG pae mce

            """;
    private static final String MEMINFO =
            """
            MemTotal:       24683528 kB
            MemFree:        24120076 kB
            MemAvailable:   24270032 kB
            """;

    @TempDir private Path proc;

    private HostFacts facts(String flag, String meminfo) throws IOException {
        Files.createDirectories(proc.resolve("sys/kernel/random"));
        Files.writeString(proc.resolve("cpuinfo"), CPUINFO.replace("FLAG", flag));
        Files.writeString(proc.resolve("meminfo"), meminfo);
        Files.writeString(proc.resolve("sys/kernel/osrelease"), "6.1.0-40-amd64\n");
        Files.writeString(proc.resolve("sys/kernel/random/boot_id"), "a-boot\n");
        return HostFacts.read(proc);
    }

    @Test
    void readsProc() throws IOException {
        assertThat(facts("sse", MEMINFO))
                .isEqualTo(
                        new HostFacts(
                                2,
                                "AMD EPYC",
                                false,
                                24683528L * 1024,
                                24270032L * 1024,
                                "6.1.0-40-amd64",
                                "a-boot"));
        assertThat(facts("svm", MEMINFO).virtualization()).isTrue();
        assertThat(facts("vmx", MEMINFO).virtualization()).isTrue();
        assertThat(facts("vmxx", MEMINFO).virtualization()).isFalse();
        assertThatThrownBy(() -> facts("svm", "nothing")).isInstanceOf(IOException.class);
        assertThat(HostFacts.read().cpus()).isPositive();
    }

    @Test
    void counterRateIsTheKernelsOwnMeasurementIfThereIsOne() {
        String log =
                """
                [    0.000000] tsc: Detected 2596.122 MHz processor
                [    1.700000] tsc: Refined TSC clocksource calibration: 2599.998 MHz
                """;
        assertThat(HostFacts.tscKhz(log, CPUINFO)).hasValue(2_599_998);
        assertThat(HostFacts.tscKhz(log.lines().findFirst().orElseThrow(), "")).hasValue(2_596_122);
        assertThat(HostFacts.tscKhz("", CPUINFO)).hasValue(2_596_122);
        assertThat(HostFacts.tscKhz("", "")).isEmpty();
    }
}
