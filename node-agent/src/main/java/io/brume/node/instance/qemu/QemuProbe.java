package io.brume.node.instance.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.node.host.HostCommand;
import io.brume.node.host.HostFacts;
import io.brume.node.host.Processes;
import io.brume.node.instance.Acceleration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Finds out what this host offers to QEMU: by trying, not by what device files promise. */
final class QemuProbe {
    private static final Pattern VERSION =
            Pattern.compile("QEMU emulator version ([0-9]+\\.[0-9]+(\\.[0-9]+)?)");
    private static final String KVM_QUESTION =
            """
            {"execute":"qmp_capabilities"}
            {"execute":"query-kvm","id":"kvm"}
            {"execute":"quit"}
            """;
    private static final Path KVM = Path.of("/dev/kvm");

    private final Processes processes;
    private final QemuSettings settings;

    QemuProbe(Processes processes, QemuSettings settings) {
        this.processes = processes;
        this.settings = settings;
    }

    QemuHost probe(HostFacts facts) throws IOException {
        String reason = whyNotKvm(facts);
        boolean kvm = reason.isEmpty();
        return new QemuHost(
                settings.binary(),
                new Acceleration(kvm ? "kvm" : "tcg", reason, version()),
                kvm ? OptionalLong.empty() : tscKhz(),
                kvm && Files.isWritable(Path.of("/dev/vhost-net")),
                uefi());
    }

    private String version() throws IOException {
        String said =
                processes
                        .run(HostCommand.of(settings.binary().toString(), "--version"))
                        .orThrow()
                        .output();
        var matcher = VERSION.matcher(said);
        if (!matcher.find()) {
            throw new IOException("not a QEMU: " + settings.binary() + " says " + said.strip());
        }
        return matcher.group(1);
    }

    /** Empty when KVM works. */
    private String whyNotKvm(HostFacts facts) throws IOException {
        if (!settings.useKvm()) {
            return "KVM is switched off by configuration";
        }
        if (!facts.virtualization()) {
            return "the processor shows neither vmx nor svm: hardware virtualization is missing,"
                    + " switched off in the firmware, or not passed on to this virtual machine";
        }
        if (!Files.isReadable(KVM) || !Files.isWritable(KVM)) {
            return "/dev/kvm cannot be opened: load the kernel module kvm_intel or kvm_amd";
        }
        var answer =
                processes.run(
                        HostCommand.of(
                                        settings.binary().toString(),
                                        "-machine",
                                        "none",
                                        "-accel",
                                        "kvm",
                                        "-nodefaults",
                                        "-display",
                                        "none",
                                        "-qmp",
                                        "stdio")
                                .within(Duration.ofSeconds(10))
                                .reading(KVM_QUESTION.getBytes(UTF_8)));
        return kvmEnabled(answer.output())
                ? ""
                : "/dev/kvm opens but QEMU cannot use it: " + answer.errors().strip();
    }

    static boolean kvmEnabled(String conversation) throws IOException {
        for (String line : conversation.lines().filter(text -> !text.isBlank()).toList()) {
            if (QmpMessage.parse(line) instanceof QmpMessage.Reply(String id, var value)
                    && id.equals("kvm")) {
                return value.path("enabled").asBoolean();
            }
        }
        return false;
    }

    private OptionalLong tscKhz() throws IOException {
        var log = processes.run(HostCommand.of("dmesg"));
        return HostFacts.tscKhz(
                log.succeeded() ? log.output() : "",
                Files.readString(Path.of("/proc/cpuinfo"), UTF_8));
    }

    private Optional<QemuHost.UefiFirmware> uefi() {
        for (Path folder : settings.uefiFolders()) {
            for (String size : List.of("_4M", "")) {
                Path code = folder.resolve("OVMF_CODE" + size + ".fd");
                Path variables = folder.resolve("OVMF_VARS" + size + ".fd");
                if (Files.isReadable(code) && Files.isReadable(variables)) {
                    return Optional.of(new QemuHost.UefiFirmware(code, variables));
                }
            }
        }
        return Optional.empty();
    }
}
