package io.brume.node.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On plain folders in place of the kernel's; the real ones are in QemuHypervisorIT. */
class ControlGroupsTest {
    private static final ControlGroupLimits LIMITS = new ControlGroupLimits(1500, 1 << 30, 64);
    @TempDir private Path root;

    private ControlGroups version2(String controllers) throws IOException {
        Files.writeString(root.resolve("cgroup.controllers"), controllers + "\n");
        return ControlGroups.of("brume", "cgroup2 " + root + " cgroup2 rw,nosuid 0 0\n");
    }

    private String read(String file) throws IOException {
        return Files.readString(root.resolve(file));
    }

    @Test
    void version2() throws IOException {
        var groups = version2("cpuset cpu io memory pids");
        assertThat(groups.controllers()).containsExactly("cpu", "memory", "pids");
        assertThat(groups.create("i-1", LIMITS))
                .containsExactly(root.resolve("brume/i-1/cgroup.procs"));
        assertThat(read("cgroup.subtree_control")).isEqualTo("+cpu +memory +pids");
        assertThat(read("brume/cgroup.subtree_control")).isEqualTo("+cpu +memory +pids");
        assertThat(read("brume/i-1/cpu.max")).isEqualTo("150000 100000");
        assertThat(read("brume/i-1/memory.max")).isEqualTo("1073741824");
        assertThat(read("brume/i-1/pids.max")).isEqualTo("64");
        groups.create("i-1", new ControlGroupLimits(0, 0, 0));
        assertThat(read("brume/i-1/cpu.max")).isEqualTo("max 100000");
        assertThat(read("brume/i-1/memory.max")).isEqualTo("max");
        assertThat(groups.names()).containsExactly("i-1");
        Files.writeString(root.resolve("brume/i-1/memory.events"), "oom 1\noom_kill 2\n");
        assertThat(groups.memoryKills("i-1")).isEqualTo(2);
        assertThat(groups.memoryKills("i-2")).isZero();
    }

    @Test
    void version1AndBoth() throws IOException {
        for (String name : List.of("cpu", "memory", "unified")) {
            Files.createDirectory(root.resolve(name));
        }
        Files.writeString(root.resolve("unified/cgroup.controllers"), "memory pids\n");
        var groups =
                ControlGroups.of(
                        "brume",
                        """
                        cgroup R/cpu cgroup rw,relatime,cpu,cpuacct 0 0
                        cgroup R/memory cgroup rw,relatime,memory 0 0
                        cgroup R/systemd cgroup rw,relatime,name=systemd 0 0
                        cgroup2 R/unified cgroup2 rw,relatime 0 0
                        proc /proc proc rw 0 0
                        """
                                .replace("R/", root + "/"));
        assertThat(groups.controllers()).containsExactly("cpu", "memory", "pids");
        assertThat(groups.create("i-1", LIMITS))
                .containsExactlyInAnyOrder(
                        root.resolve("cpu/brume/i-1/cgroup.procs"),
                        root.resolve("memory/brume/i-1/cgroup.procs"),
                        root.resolve("unified/brume/i-1/cgroup.procs"));
        assertThat(read("cpu/brume/i-1/cpu.cfs_quota_us")).isEqualTo("150000");
        assertThat(read("cpu/brume/i-1/cpu.cfs_period_us")).isEqualTo("100000");
        assertThat(read("memory/brume/i-1/memory.limit_in_bytes")).isEqualTo("1073741824");
        assertThat(read("unified/brume/i-1/pids.max")).isEqualTo("64");
        assertThat(root.resolve("unified/brume/i-1/memory.max")).doesNotExist();
    }

    @Test
    void hostWithoutAnyEnforcesNothing() throws IOException {
        var groups = ControlGroups.of("brume", "proc /proc proc rw 0 0\n");
        assertThat(groups.controllers()).isEmpty();
        assertThat(groups.create("i-1", LIMITS)).isEmpty();
        groups.remove("i-1");
        groups.removeParent();
    }

    @Test
    void namesCannotLeaveTheGroup() throws IOException {
        var groups = version2("cpu");
        for (String name : List.of("..", "a/b", "", ".hidden")) {
            assertThatThrownBy(() -> groups.create(name, LIMITS))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> groups.remove(name))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
