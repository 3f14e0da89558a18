package io.brume.control.domain.volume;

/**
 * What an account wants of its volumes in general.
 *
 * @param encryptByDefault whether a new volume and a copy of a snapshot are encrypted unasked
 */
public record EbsSettings(boolean encryptByDefault) {
    /** Those of an account that never said anything. */
    public static final EbsSettings USUAL = new EbsSettings(false);
}
