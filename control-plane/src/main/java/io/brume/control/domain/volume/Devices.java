package io.brume.control.domain.volume;

/** Names of devices. The kernel calls a disk by one of several names; they are one place. */
public final class Devices {
    private Devices() {}

    /** The same for all names of a place. */
    public static String bare(String device) {
        var name = device.startsWith("/dev/") ? device.substring("/dev/".length()) : device;
        return name.startsWith("xvd") ? "sd" + name.substring("xvd".length()) : name;
    }

    /** Whether both are names of one place. */
    public static boolean same(String one, String other) {
        return bare(one).equals(bare(other));
    }
}
