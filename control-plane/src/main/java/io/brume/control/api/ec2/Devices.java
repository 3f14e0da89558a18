package io.brume.control.api.ec2;

import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.volume.Volume;

/** Names of devices. The kernel calls a disk by one of several names; they are one place. */
final class Devices {
    private Devices() {}

    /** The same for all names of a place. */
    static String bare(String device) {
        var name = device.startsWith("/dev/") ? device.substring("/dev/".length()) : device;
        return name.startsWith("xvd") ? "sd" + name.substring("xvd".length()) : name;
    }

    static boolean same(String one, String other) {
        return bare(one).equals(bare(other));
    }

    /** Whether an instance starts from a volume that it has. */
    static boolean isRoot(Instance instance, Volume volume) {
        return volume.attachment()
                .filter(one -> one.instance().equals(instance.id()))
                .filter(one -> one.device().equals(instance.launch().rootDeviceName()))
                .isPresent();
    }
}
