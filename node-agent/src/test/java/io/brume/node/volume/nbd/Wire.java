package io.brume.node.volume.nbd;

import io.brume.node.volume.BlockDevice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.Random;

/**
 * A connection without a channel: bytes go in, in pieces as the seed wants, and the answers come
 * out, through a channel that takes as little at a time as the seed wants.
 */
final class Wire implements BufferPool.Borrower {
    private static final long MEMORY = 40L << 20;

    final BufferPool pool = new BufferPool(MEMORY);
    private final Output output = new Output(pool);
    private final BlockDevice device;
    private final NbdExport export;
    private final Random random;
    private final Handshake handshake;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private ByteBuffer in = ByteBuffer.allocate(0);
    private boolean transmitting;
    private boolean ended;
    private boolean broken;
    private Transmission transmission;

    /**
     * Greets.
     *
     * @param random how bytes are cut
     */
    Wire(BlockDevice device, NbdExport export, Random random) {
        this.device = device;
        this.export = export;
        this.random = random;
        handshake = new Handshake(device, export, false, output);
        handshake.greet();
        transmission = begin(new Handshake.Agreement(false, false));
    }

    private Transmission begin(Handshake.Agreement agreement) {
        return new Transmission(agreement, device, export, pool, this, output, 256, () -> {});
    }

    @Override
    public void memoryIsFree() {
        // It asks again in any case.
    }

    boolean isTransmitting() {
        return transmitting;
    }

    boolean isBroken() {
        return broken;
    }

    boolean isEnded() {
        return ended;
    }

    /** Receives, in pieces. */
    Wire feed(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining() && !ended && !broken) {
            int part = Math.min(bytes.remaining(), 1 + random.nextInt(bytes.remaining()));
            if (random.nextInt(3) == 0) {
                part = Math.min(part, 1 + random.nextInt(40));
            }
            ByteBuffer next = ByteBuffer.allocate(in.remaining() + part);
            next.put(in).put(bytes.slice(bytes.position(), part)).flip();
            bytes.position(bytes.position() + part);
            in = next;
            take();
        }
        return this;
    }

    Wire feed(byte[] bytes) throws IOException {
        return feed(ByteBuffer.wrap(bytes));
    }

    private void take() throws IOException {
        if (!transmitting) {
            switch (handshake.take(in)) {
                case NEEDS_BYTES -> {}
                case ABORT -> ended = true;
                case BROKEN -> broken = true;
                case TRANSMISSION -> {
                    transmission = begin(handshake.agreement());
                    transmitting = true;
                }
            }
        }
        drain();
        while (transmitting && !ended && !broken) {
            Transmission.Progress progress = transmission.take(in);
            drain();
            switch (progress) {
                case NEEDS_BYTES -> {
                    return;
                }
                case DISCONNECT -> ended = true;
                case BROKEN -> broken = true;
                case MUST_WAIT, MUST_SEND -> {}
            }
        }
    }

    private void drain() throws IOException {
        var channel = new Narrow();
        boolean all = false;
        while (!all) {
            all = output.send(channel);
        }
    }

    /** The connection goes. */
    void drop() {
        output.drop();
        transmission.abandon();
    }

    /** All answers so far, which are then forgotten. */
    ByteBuffer answers() {
        ByteBuffer answers = ByteBuffer.wrap(sent.toByteArray());
        sent.reset();
        return answers;
    }

    /** Takes some of what it is given. */
    private final class Narrow implements GatheringByteChannel {
        @Override
        public long write(ByteBuffer[] from, int offset, int length) {
            long count = 0;
            for (int i = offset; i < offset + length; i++) {
                int before = from[i].remaining();
                count += write(from[i]);
                if (from[i].hasRemaining() || before == 0) {
                    break;
                }
            }
            return count;
        }

        @Override
        public long write(ByteBuffer[] from) {
            return write(from, 0, from.length);
        }

        @Override
        public int write(ByteBuffer from) {
            int part = random.nextInt(3) == 0 ? random.nextInt(100) : from.remaining();
            int count = Math.min(part, from.remaining());
            byte[] bytes = new byte[count];
            from.get(bytes);
            sent.writeBytes(bytes);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // There is nothing to close.
        }
    }
}
