package io.brume.control.domain.identity;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import java.time.Instant;

/** Who owns resources. */
public record Account(AccountId id, String name, Instant created) {
    public Account {
        requireNonNull(id);
        requireNonNull(name);
        requireNonNull(created);
    }

    /** The ARN of its root user. */
    public String rootArn() {
        return "arn:aws:iam::" + id + ":root";
    }
}
