package io.brume.node.volume.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.node.volume.BlockDevice;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fixed newstyle handshake of one connection, from the server's side. Knows no channel: it
 * takes bytes, and puts answers into the output. Belongs to the loop's thread.
 */
final class Handshake {
    /** Longer options are passed over; none that is known needs as much. */
    static final int MOST_OPTION_BYTES = 16_384;

    private static final int MOST_SKIPPED_BYTES = 1 << 20;
    private static final int MOST_OPTIONS = 1000;
    private static final int HEADER_BYTES = 16;
    private static final byte[] ALLOCATION = Nbd.ALLOCATION.getBytes(UTF_8);
    private static final byte[] BASE = "base:".getBytes(UTF_8);

    /** What became of the received bytes. */
    enum Progress {
        NEEDS_BYTES,
        /** The transmission phase begins with the next byte. */
        TRANSMISSION,
        /** The client says goodbye, and is answered. */
        ABORT,
        /** This is not the protocol. */
        BROKEN
    }

    /**
     * What both sides agreed on.
     *
     * @param structured whether reads are answered in structured replies
     * @param allocation whether {@code base:allocation} was selected
     */
    record Agreement(boolean structured, boolean allocation) {}

    private final BlockDevice device;
    private final NbdExport export;
    private final byte[] name;
    private final byte[] description;
    private final boolean encrypted;
    private final Output output;

    private boolean flagsKnown;
    private boolean noZeroes;
    private boolean structured;
    private boolean allocation;
    private int options;
    private long skip;
    private int skipped;

    Handshake(BlockDevice device, NbdExport export, boolean encrypted, Output output) {
        this.device = device;
        this.export = export;
        this.name = export.name().getBytes(UTF_8);
        this.description = export.description().getBytes(UTF_8);
        this.encrypted = encrypted;
        this.output = output;
    }

    /** Speaks first. */
    void greet() {
        ByteBuffer to = output.append(18);
        int at = to.limit() - 18;
        to.putLong(at, Nbd.MAGIC);
        to.putLong(at + 8, Nbd.OPTION_MAGIC);
        to.putShort(at + 16, (short) (Nbd.FLAG_FIXED_NEWSTYLE | Nbd.FLAG_NO_ZEROES));
    }

    Agreement agreement() {
        return new Agreement(structured, allocation);
    }

    /** Takes what can be taken between position and limit. */
    Progress take(ByteBuffer in) {
        while (true) {
            if (!flagsKnown) {
                if (in.remaining() < 4) {
                    return Progress.NEEDS_BYTES;
                }
                int flags = in.getInt();
                if ((flags & ~(Nbd.FLAG_FIXED_NEWSTYLE | Nbd.FLAG_NO_ZEROES)) != 0) {
                    return Progress.BROKEN;
                }
                noZeroes = (flags & Nbd.FLAG_NO_ZEROES) != 0;
                flagsKnown = true;
            } else if (skip > 0) {
                int part = (int) Math.min(skip, in.remaining());
                in.position(in.position() + part);
                skip -= part;
                if (skip > 0) {
                    return Progress.NEEDS_BYTES;
                }
                error(skipped, Nbd.REP_ERR_TOO_BIG, "the option is too long");
            } else {
                if (!hasWholeOption(in)) {
                    return Progress.NEEDS_BYTES;
                }
                Progress progress = takeOption(in);
                if (progress != Progress.NEEDS_BYTES) {
                    return progress;
                }
            }
        }
    }

    /** Whether an option can be taken: its header alone, when it is to be passed over. */
    private static boolean hasWholeOption(ByteBuffer in) {
        if (in.remaining() < HEADER_BYTES) {
            return false;
        }
        long length = in.getInt(in.position() + 12) & 0xffff_ffffL;
        return length > MOST_OPTION_BYTES || in.remaining() >= HEADER_BYTES + length;
    }

    private Progress takeOption(ByteBuffer in) {
        int at = in.position();
        if (in.getLong(at) != Nbd.OPTION_MAGIC || options == MOST_OPTIONS) {
            return Progress.BROKEN;
        }
        int option = in.getInt(at + 8);
        long length = in.getInt(at + 12) & 0xffff_ffffL;
        if (length > MOST_OPTION_BYTES) {
            if (length > MOST_SKIPPED_BYTES || option == Nbd.OPT_EXPORT_NAME) {
                return Progress.BROKEN;
            }
            options++;
            in.position(at + HEADER_BYTES);
            skip = length;
            skipped = option;
            return Progress.NEEDS_BYTES;
        }
        options++;
        ByteBuffer data = in.slice(at + HEADER_BYTES, (int) length);
        in.position(at + HEADER_BYTES + (int) length);
        return switch (option) {
            case Nbd.OPT_EXPORT_NAME -> exportName(data);
            case Nbd.OPT_ABORT -> {
                reply(option, Nbd.REP_ACK);
                yield Progress.ABORT;
            }
            case Nbd.OPT_INFO, Nbd.OPT_GO -> info(option, data);
            default -> {
                haggle(option, data);
                yield Progress.NEEDS_BYTES;
            }
        };
    }

    private void haggle(int option, ByteBuffer data) {
        switch (option) {
            case Nbd.OPT_LIST -> {
                if (isEmpty(option, data)) {
                    reply(option, Nbd.REP_SERVER, lengthOf(name), name, description);
                    reply(option, Nbd.REP_ACK);
                }
            }
            case Nbd.OPT_STARTTLS -> {
                if (isEmpty(option, data)) {
                    if (encrypted) {
                        error(option, Nbd.REP_ERR_INVALID, "TLS is already in use");
                    } else {
                        error(option, Nbd.REP_ERR_POLICY, "no TLS on this socket");
                    }
                }
            }
            case Nbd.OPT_STRUCTURED_REPLY -> {
                if (isEmpty(option, data)) {
                    structured = true;
                    reply(option, Nbd.REP_ACK);
                }
            }
            case Nbd.OPT_LIST_META_CONTEXT, Nbd.OPT_SET_META_CONTEXT -> contexts(option, data);
            default -> error(option, Nbd.REP_ERR_UNSUP, "unknown option");
        }
    }

    private boolean isEmpty(int option, ByteBuffer data) {
        if (data.hasRemaining()) {
            error(option, Nbd.REP_ERR_INVALID, "the option takes no data");
            return false;
        }
        return true;
    }

    private Progress exportName(ByteBuffer data) {
        if (!isOurs(data)) {
            return Progress.BROKEN;
        }
        int length = 10 + (noZeroes ? 0 : 124);
        ByteBuffer to = output.append(length);
        int at = to.limit() - length;
        to.putLong(at, device.sizeBytes());
        to.putShort(at + 8, flags());
        for (int i = 10; i < length; i++) {
            to.put(at + i, (byte) 0);
        }
        return Progress.TRANSMISSION;
    }

    private Progress info(int option, ByteBuffer data) {
        ByteBuffer wanted = string(data);
        int count = wanted == null || data.remaining() < 2 ? -1 : data.getShort() & 0xffff;
        if (wanted == null || data.remaining() != 2 * count) {
            error(option, Nbd.REP_ERR_INVALID, "malformed");
            return Progress.NEEDS_BYTES;
        }
        if (!isOurs(wanted)) {
            error(option, Nbd.REP_ERR_UNKNOWN, "no such export");
            return Progress.NEEDS_BYTES;
        }
        byte[] size = ByteBuffer.allocate(10).putLong(device.sizeBytes()).putShort(flags()).array();
        reply(option, Nbd.REP_INFO, shortOf(Nbd.INFO_EXPORT), size);
        byte[] blocks =
                ByteBuffer.allocate(12)
                        .putInt(Nbd.MIN_BLOCK)
                        .putInt(Nbd.PREFERRED_BLOCK)
                        .putInt(Nbd.MAX_BLOCK)
                        .array();
        reply(option, Nbd.REP_INFO, shortOf(Nbd.INFO_BLOCK_SIZE), blocks);
        boolean nameTold = false;
        boolean descriptionTold = false;
        for (int i = 0; i < count; i++) {
            int kind = data.getShort() & 0xffff;
            if (kind == Nbd.INFO_NAME && !nameTold) {
                nameTold = true;
                reply(option, Nbd.REP_INFO, shortOf(kind), name);
            } else if (kind == Nbd.INFO_DESCRIPTION && !descriptionTold) {
                descriptionTold = true;
                reply(option, Nbd.REP_INFO, shortOf(kind), description);
            }
        }
        reply(option, Nbd.REP_ACK);
        return option == Nbd.OPT_GO ? Progress.TRANSMISSION : Progress.NEEDS_BYTES;
    }

    private void contexts(int option, ByteBuffer data) {
        boolean sets = option == Nbd.OPT_SET_META_CONTEXT;
        if (sets) {
            allocation = false;
        }
        if (!structured) {
            error(option, Nbd.REP_ERR_INVALID, "structured replies come first");
            return;
        }
        ByteBuffer wanted = string(data);
        long count = wanted == null || data.remaining() < 4 ? -1 : data.getInt() & 0xffff_ffffL;
        boolean selected = count == 0 && !sets;
        for (long i = 0; i < count; i++) {
            ByteBuffer query = string(data);
            if (query == null) {
                count = -1;
            } else {
                selected |= isEqual(query, ALLOCATION) || (!sets && isEqual(query, BASE));
            }
        }
        if (wanted == null || count < 0 || data.hasRemaining()) {
            error(option, Nbd.REP_ERR_INVALID, "malformed");
        } else if (!isOurs(wanted)) {
            error(option, Nbd.REP_ERR_UNKNOWN, "no such export");
        } else {
            if (selected) {
                allocation |= sets;
                int id = sets ? Nbd.ALLOCATION_ID : 0;
                reply(option, Nbd.REP_META_CONTEXT, intOf(id), ALLOCATION);
            }
            reply(option, Nbd.REP_ACK);
        }
    }

    private short flags() {
        return (short)
                (Nbd.SEND_HAS_FLAGS
                        | Nbd.SEND_FLUSH
                        | Nbd.SEND_FUA
                        | Nbd.SEND_TRIM
                        | Nbd.SEND_WRITE_ZEROES
                        | Nbd.SEND_FAST_ZERO
                        | Nbd.SEND_CACHE
                        | Nbd.CAN_MULTI_CONN
                        | (structured ? Nbd.SEND_DF : 0)
                        | (export.readOnly() ? Nbd.SEND_READ_ONLY : 0));
    }

    private boolean isOurs(ByteBuffer wanted) {
        return !wanted.hasRemaining() || isEqual(wanted, name);
    }

    private static boolean isEqual(ByteBuffer text, byte[] expected) {
        return text.equals(ByteBuffer.wrap(expected));
    }

    /** A string with its length before it; null when there is none. */
    private static @Nullable ByteBuffer string(ByteBuffer data) {
        if (data.remaining() < 4) {
            return null;
        }
        long length = data.getInt() & 0xffff_ffffL;
        if (length > data.remaining()) {
            return null;
        }
        ByteBuffer text = data.slice(data.position(), (int) length);
        data.position(data.position() + (int) length);
        return text;
    }

    private static byte[] lengthOf(byte[] text) {
        return intOf(text.length);
    }

    private static byte[] intOf(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    private static byte[] shortOf(int value) {
        return ByteBuffer.allocate(2).putShort((short) value).array();
    }

    private void error(int option, int kind, String message) {
        reply(option, kind, message.getBytes(UTF_8));
    }

    private void reply(int option, int kind, byte[]... data) {
        int payload = Arrays.stream(data).mapToInt(part -> part.length).sum();
        ByteBuffer to = output.append(20 + payload);
        int at = to.limit() - 20 - payload;
        to.putLong(at, Nbd.OPTION_REPLY_MAGIC);
        to.putInt(at + 8, option);
        to.putInt(at + 12, kind);
        to.putInt(at + 16, payload);
        at += 20;
        for (byte[] part : data) {
            to.put(at, part);
            at += part.length;
        }
    }
}
