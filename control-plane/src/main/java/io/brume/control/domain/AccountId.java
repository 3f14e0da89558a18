package io.brume.control.domain;

/** An account's number: twelve digits. */
public record AccountId(String value) implements Comparable<AccountId> {
    public AccountId {
        if (!isAccountId(value)) {
            throw new IllegalArgumentException("not an account id: " + value);
        }
    }

    /** Whether a text is twelve digits. */
    public static boolean isAccountId(String text) {
        return text.length() == 12 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public int compareTo(AccountId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
