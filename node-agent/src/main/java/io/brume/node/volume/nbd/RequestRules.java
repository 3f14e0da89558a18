package io.brume.node.volume.nbd;

import io.brume.node.volume.BlockDevice;

/** Which requests a client may make. Belongs to the loop's thread. */
final class RequestRules {
    private static final int BLOCK = Nbd.PREFERRED_BLOCK;

    private final BlockDevice device;
    private final boolean readOnly;
    private final Handshake.Agreement agreement;

    RequestRules(BlockDevice device, boolean readOnly, Handshake.Agreement agreement) {
        this.device = device;
        this.readOnly = readOnly;
        this.agreement = agreement;
    }

    /**
     * What is wrong with a request.
     *
     * @return an error, or 0
     */
    int check(int command, int flags, long offset, long length) {
        if ((flags & ~allowedFlags(command)) != 0) {
            return Nbd.EINVAL;
        }
        long size = device.sizeBytes();
        boolean outside = offset < 0 || offset > size || length > size - offset;
        boolean onlyFast = (flags & Nbd.CMD_FLAG_FAST_ZERO) != 0;
        return switch (command) {
            case Nbd.CMD_READ -> {
                if (outside || length > Nbd.MAX_BLOCK) {
                    yield Nbd.EINVAL;
                }
                boolean whole = (flags & Nbd.CMD_FLAG_DF) != 0;
                yield whole && Request.parts(offset, (int) length) > 1 ? Nbd.EOVERFLOW : 0;
            }
            case Nbd.CMD_CACHE -> outside || length > Nbd.MAX_BLOCK ? Nbd.EINVAL : 0;
            case Nbd.CMD_WRITE -> change(outside, Nbd.ENOSPC);
            case Nbd.CMD_WRITE_ZEROES -> {
                int error = change(outside, Nbd.ENOSPC);
                yield error == 0 && onlyFast && !isFast(flags, offset, length)
                        ? Nbd.ENOTSUP
                        : error;
            }
            case Nbd.CMD_TRIM -> change(outside, Nbd.EINVAL);
            case Nbd.CMD_FLUSH -> offset != 0 || length != 0 ? Nbd.EINVAL : 0;
            case Nbd.CMD_BLOCK_STATUS ->
                    outside || length == 0 || !agreement.allocation() ? Nbd.EINVAL : 0;
            default -> Nbd.EINVAL;
        };
    }

    /** FUA may come with every command. */
    private int allowedFlags(int command) {
        return Nbd.CMD_FLAG_FUA
                | switch (command) {
                    case Nbd.CMD_READ -> agreement.structured() ? Nbd.CMD_FLAG_DF : 0;
                    case Nbd.CMD_WRITE_ZEROES -> Nbd.CMD_FLAG_NO_HOLE | Nbd.CMD_FLAG_FAST_ZERO;
                    case Nbd.CMD_BLOCK_STATUS -> Nbd.CMD_FLAG_REQ_ONE;
                    default -> 0;
                };
    }

    private int change(boolean outside, int errorOutside) {
        if (readOnly) {
            return Nbd.EPERM;
        }
        return outside ? errorOutside : 0;
    }

    /** Whether a device makes these zeros faster than it would write them. */
    private static boolean isFast(int flags, long offset, long length) {
        return (flags & Nbd.CMD_FLAG_NO_HOLE) == 0 && (offset | length) % BLOCK == 0;
    }
}
