package io.brume.storage.block;

import io.brume.proto.block.Blocks;

/**
 * Sizes of a block store. Tests make them small; a store keeps the sizes that it was made with.
 *
 * @param segment bytes of a segment; whole chunks
 * @param journalFile bytes of a file of the journal
 * @param journalFiles that may be in use before writers wait; at least 3
 * @param reserve bytes of the disk that writes leave free
 * @param inPlace writes of so many bytes and more skip the journal
 */
public record BlockOptions(
        long segment, long journalFile, int journalFiles, long reserve, int inPlace) {
    /** What a storage node uses. */
    public static final BlockOptions STANDARD =
            new BlockOptions(Blocks.SEGMENT, 64L << 20, 16, 256L << 20, 128 << 10);

    /** The smallest file of a journal; one below 2 MiB does not take the longest writes. */
    public static final long LEAST_JOURNAL_FILE = 128L << 10;

    public BlockOptions {
        if (segment <= 0 || segment % Blocks.CHUNK != 0 || segment > Blocks.SEGMENT) {
            throw new IllegalArgumentException("a segment of " + segment + " bytes");
        }
        if (journalFile < LEAST_JOURNAL_FILE || journalFile > 1 << 30 || journalFiles < 3) {
            throw new IllegalArgumentException(
                    journalFiles + " journal files of " + journalFile + " bytes");
        }
        if (reserve < 0 || inPlace < Blocks.BLOCK) {
            throw new IllegalArgumentException("reserve " + reserve + ", in place " + inPlace);
        }
    }
}
