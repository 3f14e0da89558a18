package io.brume.common.aws.shared;

import static java.util.Objects.requireNonNull;

/**
 * How many items a page of one operation may have, and the words for what is out of bounds.
 *
 * @param sizeMember the request's member for the size: {@code MaxResults}
 * @param tokenMember the request's member for the token: {@code NextToken}
 * @param least items that may be asked for
 * @param most items that may be asked for
 * @param usual items of a page when the request does not say
 * @param capped whether asking for more than the most gives the most, and is no error
 * @param sizeCode the error code for a size out of bounds
 * @param tokenCode the error code for a token that is not one of ours
 */
public record PageLimits(
        String sizeMember,
        String tokenMember,
        int least,
        int most,
        int usual,
        boolean capped,
        String sizeCode,
        String tokenCode) {
    /** EC2's rule for most of its Describe operations: 5 to 1,000, all of them when not asked. */
    public static final PageLimits EC2 = ec2(5, 1000);

    public PageLimits {
        requireNonNull(sizeMember);
        requireNonNull(tokenMember);
        requireNonNull(sizeCode);
        requireNonNull(tokenCode);
        if (least < 1 || most < least || usual < 1) {
            throw new IllegalArgumentException("no page is possible");
        }
    }

    /** EC2's words with other bounds, as DescribeInstanceTypes has them (5 to 100). */
    public static PageLimits ec2(int least, int most) {
        return new PageLimits(
                "MaxResults",
                "NextToken",
                least,
                most,
                Integer.MAX_VALUE,
                false,
                "InvalidParameterValue",
                "InvalidNextToken");
    }

    /** The same limits with another number of items where the request does not say. */
    public PageLimits usually(int items) {
        return new PageLimits(
                sizeMember, tokenMember, least, most, items, capped, sizeCode, tokenCode);
    }

    /** The same limits where asking for more than the most gives the most. */
    public PageLimits cappedAtMost() {
        return new PageLimits(
                sizeMember, tokenMember, least, most, usual, true, sizeCode, tokenCode);
    }
}
