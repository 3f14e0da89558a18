package io.brume.storage.object.model;

import java.util.regex.Pattern;

/**
 * A bucket's name, unique in the cloud: 3 to 63 lower-case letters, digits, dots and hyphens.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html">bucket naming
 * rules</a>.
 */
public record BucketName(String value) implements Comparable<BucketName> {
    private static final Pattern ADDRESS = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+");

    public BucketName {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not the name of a bucket");
        }
    }

    /** Whether a bucket may be called so. */
    public static boolean isValid(String name) {
        return isShaped(name)
                && !name.contains("..")
                && !name.contains(".-")
                && !name.contains("-.")
                && !(isDigit(name.charAt(0)) && ADDRESS.matcher(name).matches())
                && !name.startsWith("xn--")
                && !name.startsWith("sthree-")
                && !name.endsWith("-s3alias")
                && !name.endsWith("--ol-s3");
    }

    /** Each call looks at a name several times: without an expression. */
    private static boolean isShaped(String name) {
        int last = name.length() - 1;
        if (last < 2 || last > 62 || !isLetter(name.charAt(0)) || !isLetter(name.charAt(last))) {
            return false;
        }
        for (int i = 1; i < last; i++) {
            char c = name.charAt(i);
            if (!isLetter(c) && c != '.' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || isDigit(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    @Override
    public int compareTo(BucketName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
