package io.brume.node.instance.qemu;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.brume.node.instance.GuestSpec;
import io.brume.node.instance.GuestSpec.Boot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * QEMU's arguments for a guest: pure, and the only place that writes them.
 *
 * <p>A kernel that the image brings is started on {@code microvm}, with its PCIe bus on: measured
 * under TCG it reaches the guest's init in 1.17 s of processor time, against 1.31 s for the leanest
 * q35 and 1.40 s for a plain one, and power button, reset and hot plug work as they do there. Disk
 * images with a boot loader get {@code q35}. The root ports for {@value GuestSpec.Volume#MOST}
 * volumes cost 0.1 s of processor time on the one and 0.3 s on the other.
 *
 * <p>Files of the guest's own folder are named without their folder: QEMU is started in it, so that
 * its user need not be able to walk there.
 */
final class QemuCommand {
    /** Names in the guest's folder. */
    static final String QMP_SOCKET = "qmp.sock";

    static final String CONSOLE_SOCKET = "console.sock";
    static final String CONSOLE_LOG = "console.log";
    static final String UEFI_VARIABLES = "uefi-variables.fd";

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,63}");
    private static final Pattern TAP = Pattern.compile("[A-Za-z0-9_.-]{1,15}");
    private static final Pattern MAC = Pattern.compile("([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}");
    private static final Pattern SERIAL = Pattern.compile("[A-Za-z0-9_.-]{0,20}");
    // Translated code of a TCG guest. QEMU's default is up to 1 GiB, which no small guest fills.
    static final int TRANSLATION_BUFFER_MIB = 256;

    // Beyond what QEMU gives to devices without an address of theirs.
    private static final int FIRST_PORT_SLOT = 0x10;
    // A microvm has no configuration space by I/O ports, for which its kernel leaves plugging to a
    // firmware that does not do it.
    private static final String HOT_PLUG = " pcie_ports=native";
    // A microvm's ACPI is "hardware reduced". From that Linux infers EFI, finds none, and restarts
    // by
    // jumping to the firmware, which finds a processor that was never reset and runs into the void,
    // now and then. ACPI's reset register is there, and is a reset.
    private static final String REBOOT = "reboot=acpi ";

    private final QemuHost host;
    private final GuestSpec spec;
    private final int uid;
    private final List<String> arguments = new ArrayList<>();

    private QemuCommand(QemuHost host, GuestSpec spec, int uid) {
        this.host = requireNonNull(host);
        this.spec = requireNonNull(spec);
        this.uid = uid;
    }

    /**
     * The arguments for a guest that waits, once complete, for the order to run.
     *
     * @param uid the user and group the process becomes
     * @throws IllegalArgumentException when the guest cannot be, with the reason
     */
    static List<String> of(QemuHost host, GuestSpec spec, int uid) {
        check(host, spec);
        return new QemuCommand(host, spec, uid).build();
    }

    private List<String> build() {
        // Until it is its own user it is root, but with no more power than its start needs.
        add("setpriv", "--no-new-privs", "--inh-caps=-all");
        add("--bounding-set=-all,+dac_override,+setuid,+setgid,+net_admin", "--");
        add(host.binary().toString());
        add("-name", "guest=" + spec.instanceId() + ",debug-threads=on");
        add("-nodefaults", "-no-user-config", "-S");
        add("-action", "shutdown=pause,reboot=reset,panic=shutdown,watchdog=reset");
        confinement();
        machine();
        add("-m", Long.toString(spec.memoryMib()));
        add("-smp", Integer.toString(spec.vcpus()));
        add("-uuid", uuid(spec.instanceId()));
        add("-rtc", "base=utc");
        add("-display", "none");
        add("-chardev", "socket,id=qmp,path=" + QMP_SOCKET + ",server=on,wait=off");
        add("-mon", "chardev=qmp,mode=control");
        add(
                "-chardev",
                "socket,id=console,path=%s,server=on,wait=off,logfile=%s,logappend=on"
                        .formatted(CONSOLE_SOCKET, CONSOLE_LOG));
        add("-serial", "chardev:console");
        add("-object", "rng-builtin,id=rng");
        add("-device", "virtio-rng-pci,rng=rng" + modern());
        add("-object", "iothread,id=io");
        for (int i = 0; i < spec.disks().size(); i++) {
            disk(i, spec.disks().get(i));
        }
        ports();
        for (int i = 0; i < spec.volumes().size(); i++) {
            volume(i, spec.volumes().get(i));
        }
        for (int i = 0; i < spec.nics().size(); i++) {
            nic(i, spec.nics().get(i));
        }
        boot();
        return List.copyOf(arguments);
    }

    private void confinement() {
        // It opens its tap and its disks as root, before the guest runs, and gives that up for
        // good.
        // QEMU's filter of system calls cannot forbid changing the user, as it comes before -runas;
        // without privileges the call gives nothing.
        add("-sandbox", "on,obsolete=deny,spawn=deny,resourcecontrol=deny");
        String user = uid + ":" + uid;
        if (host.atLeast(9, 1)) {
            add("-run-with", "user=" + user);
        } else {
            add("-runas", user);
        }
    }

    private void machine() {
        String machine =
                switch (spec.boot()) {
                    case Boot.Direct direct -> "microvm,pcie=on,rtc=on,isa-serial=on,acpi=on";
                    case Boot.Firmware(boolean uefi) ->
                            "q35,usb=off,smbus=off,vmport=off"
                                    + (uefi ? ",pflash0=uefi-code,pflash1=uefi-variables" : "");
                };
        add("-machine", machine);
        if (host.kvm()) {
            add("-accel", "kvm");
            add("-cpu", "host");
        } else {
            add("-accel", "tcg,thread=multi,tb-size=" + TRANSLATION_BUFFER_MIB);
            add("-cpu", "max");
        }
    }

    private void disk(int index, GuestSpec.Disk disk) {
        String name = "disk" + index;
        add(
                "-blockdev",
                "driver=file,node-name=%s-file,filename=%s,discard=unmap,aio=threads"
                        .formatted(name, escaped(disk.path())));
        add(
                "-blockdev",
                "driver=%s,node-name=%s-format,file=%s-file,discard=unmap,detect-zeroes=unmap"
                        .formatted(disk.format(), name, name));
        String top = name + "-format";
        if (disk.iopsLimit() > 0 || disk.bytesPerSecondLimit() > 0) {
            var limit = new StringBuilder("throttle-group,id=" + name + "-limit");
            if (disk.iopsLimit() > 0) {
                limit.append(",x-iops-total=").append(disk.iopsLimit());
            }
            if (disk.bytesPerSecondLimit() > 0) {
                limit.append(",x-bps-total=").append(disk.bytesPerSecondLimit());
            }
            add("-object", limit.toString());
            top = name + "-throttle";
            add(
                    "-blockdev",
                    "driver=throttle,node-name=%s,throttle-group=%s-limit,file=%s-format"
                            .formatted(top, name, name));
        }
        var device =
                new StringBuilder("virtio-blk-pci,id=%s,drive=%s,iothread=io".formatted(name, top));
        if (!disk.serial().isEmpty()) {
            device.append(",serial=").append(disk.serial());
        }
        if (index == 0 && spec.boot() instanceof Boot.Firmware) {
            device.append(",bootindex=0");
        }
        add("-device", device.append(modern()).toString());
    }

    // Where volumes are plugged in. Eight functions a slot: each empty port costs the guest's
    // kernel some milliseconds.
    private void ports() {
        for (int i = 0; i < GuestSpec.Volume.MOST; i++) {
            add(
                    "-device",
                    "pcie-root-port,id=%s,chassis=%d,addr=%x.%x,multifunction=on,io-reserve=0"
                            .formatted(VolumePlug.port(i), i + 1, FIRST_PORT_SLOT + i / 8, i % 8));
        }
    }

    private void volume(int index, GuestSpec.Volume volume) {
        var plug = new VolumePlug(volume.volumeId());
        add("-blockdev", json(plug.node()));
        var device = new LinkedHashMap<>(plug.device(VolumePlug.port(index)));
        if (index == 0 && spec.disks().isEmpty() && spec.boot() instanceof Boot.Firmware) {
            device.put("bootindex", "0");
        }
        add(
                "-device",
                device.remove("driver")
                        + device.entrySet().stream()
                                .map(one -> "," + one.getKey() + "=" + one.getValue())
                                .collect(Collectors.joining()));
    }

    private static String json(Map<String, ?> node) {
        try {
            return QmpMessage.JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of words can be written", e);
        }
    }

    private void nic(int index, GuestSpec.Nic nic) {
        add(
                "-netdev",
                "tap,id=nic%d,ifname=%s,script=no,downscript=no%s"
                        .formatted(index, nic.tap(), host.vhostNet() ? ",vhost=on" : ""));
        add(
                "-device",
                "virtio-net-pci,netdev=nic%d,mac=%s,romfile=%s"
                        .formatted(index, nic.mac(), modern()));
    }

    private void boot() {
        switch (spec.boot()) {
            case Boot.Direct(Path kernel, Path initrd, String commandLine) -> {
                add("-kernel", kernel.toString());
                if (!initrd.toString().isEmpty()) {
                    add("-initrd", initrd.toString());
                }
                add("-append", REBOOT + commandLine + clock() + HOT_PLUG);
            }
            case Boot.Firmware(boolean uefi) -> {
                if (uefi) {
                    uefiFlash();
                }
                add("-boot", "strict=on");
                add("-device", "VGA,vgamem_mb=16");
                // What cloud-init and others know EC2 by: a serial that is the UUID, starting with
                // ec2.
                String uuid = uuid(spec.instanceId());
                add(
                        "-smbios",
                        "type=1,manufacturer=Brume,product=instance,uuid=%s,serial=%s"
                                .formatted(uuid, uuid));
                add("-smbios", "type=2,manufacturer=Brume,asset=" + spec.instanceId());
                add("-smbios", "type=3,manufacturer=Brume,asset=" + spec.instanceId());
            }
        }
    }

    private void uefiFlash() {
        var firmware = host.uefi().orElseThrow();
        add(
                "-blockdev",
                "driver=file,node-name=uefi-code,read-only=on,filename="
                        + escaped(firmware.code()));
        add("-blockdev", "driver=file,node-name=uefi-variables,filename=" + UEFI_VARIABLES);
    }

    // An emulated microvm has nothing to measure its time stamp counter against: without a hint its
    // kernel waits for ever.
    private String clock() {
        return host.kvm() || host.tscKhz().isEmpty()
                ? ""
                : " tsc_early_khz=" + host.tscKhz().getAsLong();
    }

    // microvm has no I/O ports to give to devices of virtio's first version.
    private String modern() {
        return switch (spec.boot()) {
            case Boot.Direct direct -> ",disable-legacy=on";
            case Boot.Firmware firmware -> "";
        };
    }

    private void add(String... more) {
        arguments.addAll(List.of(more));
    }

    /** A machine's UUID: {@code ec2}, then what only this instance has. */
    static String uuid(String instanceId) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(instanceId.getBytes(StandardCharsets.UTF_8));
            String hex = "ec2" + HexFormat.of().formatHex(digest).substring(0, 29);
            return "%s-%s-%s-%s-%s"
                    .formatted(
                            hex.substring(0, 8),
                            hex.substring(8, 12),
                            hex.substring(12, 16),
                            hex.substring(16, 20),
                            hex.substring(20));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    // QEMU's options are separated by commas; two commas are one in a value.
    private static String escaped(Path path) {
        return path.toString().replace(",", ",,");
    }

    private static void check(QemuHost host, GuestSpec spec) {
        require(ID.matcher(spec.instanceId()).matches(), "instance id", spec.instanceId());
        require(spec.vcpus() >= 1, "number of vCPUs", spec.vcpus());
        require(spec.memoryMib() >= 64, "memory size", spec.memoryMib());
        for (var disk : spec.disks()) {
            require(
                    disk.format().equals("qcow2") || disk.format().equals("raw"),
                    "disk format",
                    disk.format());
            require(SERIAL.matcher(disk.serial()).matches(), "disk serial", disk.serial());
            require(disk.path().isAbsolute(), "disk path", disk.path());
        }
        require(
                spec.volumes().size() <= GuestSpec.Volume.MOST,
                "number of volumes",
                spec.volumes().size());
        for (var volume : spec.volumes()) {
            require(VolumePlug.isId(volume.volumeId()), "volume id", volume.volumeId());
        }
        for (var nic : spec.nics()) {
            require(TAP.matcher(nic.tap()).matches(), "tap name", nic.tap());
            require(MAC.matcher(nic.mac()).matches(), "MAC address", nic.mac());
        }
        if (spec.boot() instanceof Boot.Firmware(boolean uefi) && uefi && host.uefi().isEmpty()) {
            throw new IllegalArgumentException(
                    "this host has no UEFI firmware; install it with: apt-get install ovmf");
        }
    }

    private static void require(boolean condition, String what, Object value) {
        if (!condition) {
            throw new IllegalArgumentException("not a valid " + what + ": " + value);
        }
    }
}
