package io.brume.node.volume.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * The part of the handshake that is not encrypted, for a server that insists on TLS ("FORCEDTLS"):
 * the greeting, and options until the client asks for TLS. It reads not a byte more than that, so
 * that nothing that was sent in the clear is taken for something encrypted.
 */
final class StartTls {
    private static final int MOST_OPTIONS = 32;

    private StartTls() {}

    /**
     * Haggles until TLS is to begin.
     *
     * @return the client's flags, 4 bytes, to be shown to the server behind
     * @throws IOException when the client ends, or breaks the protocol
     */
    static byte[] negotiate(InputStream from, OutputStream to) throws IOException {
        var in = new DataInputStream(from);
        ByteBuffer greeting = ByteBuffer.allocate(18);
        greeting.putLong(Nbd.MAGIC).putLong(Nbd.OPTION_MAGIC);
        greeting.putShort((short) (Nbd.FLAG_FIXED_NEWSTYLE | Nbd.FLAG_NO_ZEROES));
        to.write(greeting.array());
        to.flush();
        int flags = in.readInt();
        if ((flags & ~Nbd.FLAG_NO_ZEROES) != Nbd.FLAG_FIXED_NEWSTYLE) {
            throw new IOException("unknown flags, or no options");
        }
        for (int i = 0; i < MOST_OPTIONS; i++) {
            if (in.readLong() != Nbd.OPTION_MAGIC) {
                throw new IOException("not an option");
            }
            int option = in.readInt();
            int length = in.readInt();
            if (option == Nbd.OPT_EXPORT_NAME
                    || length < 0
                    || length > Handshake.MOST_OPTION_BYTES) {
                throw new IOException("an option that cannot be answered");
            }
            in.skipNBytes(length);
            switch (option) {
                case Nbd.OPT_ABORT -> {
                    reply(to, option, Nbd.REP_ACK, "");
                    throw new EOFException("the client says goodbye");
                }
                case Nbd.OPT_STARTTLS -> {
                    if (length == 0) {
                        reply(to, option, Nbd.REP_ACK, "");
                        return ByteBuffer.allocate(4).putInt(flags).array();
                    }
                    reply(to, option, Nbd.REP_ERR_INVALID, "the option takes no data");
                }
                default -> reply(to, option, Nbd.REP_ERR_TLS_REQD, "TLS comes first");
            }
        }
        throw new IOException("too many options");
    }

    private static void reply(OutputStream to, int option, int kind, String message)
            throws IOException {
        byte[] text = message.getBytes(UTF_8);
        var out = new DataOutputStream(to);
        ByteBuffer reply = ByteBuffer.allocate(20 + text.length);
        reply.putLong(Nbd.OPTION_REPLY_MAGIC).putInt(option).putInt(kind).putInt(text.length);
        out.write(reply.put(text).array());
        out.flush();
    }
}
