package io.brume.storage.object.model;

/** An account of the cloud: twelve digits, as AWS's. */
public record AccountId(String value) {
    private static final int DIGITS = 12;

    public AccountId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("an account has twelve digits");
        }
    }

    /** Without a pattern: a list of objects asks it for each. */
    private static boolean isValid(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                return false;
            }
        }
        return value.length() == DIGITS;
    }

    @Override
    public String toString() {
        return value;
    }
}
