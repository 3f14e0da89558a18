package io.brume.storage.object.model;

import java.util.regex.Pattern;

/** An account of the cloud: twelve digits, as AWS's. */
public record AccountId(String value) {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{12}");

    public AccountId {
        if (!DIGITS.matcher(value).matches()) {
            throw new IllegalArgumentException("an account has twelve digits");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
