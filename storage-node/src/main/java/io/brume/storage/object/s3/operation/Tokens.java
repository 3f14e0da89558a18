package io.brume.storage.object.s3.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.storage.object.s3.S3Faults;
import java.util.Base64;

/** Where the next page of a list begins, as clients hand it back unread. */
final class Tokens {
    private static final String FORM = "1";

    private Tokens() {}

    static String of(String after) {
        return FORM + Base64.getUrlEncoder().withoutPadding().encodeToString(after.getBytes(UTF_8));
    }

    /**
     * What a token says.
     *
     * @throws io.brume.common.aws.Fault when it is none of ours
     */
    static String read(String token) {
        try {
            if (token.startsWith(FORM) && token.length() < 4096) {
                var bytes = Base64.getUrlDecoder().decode(token.substring(FORM.length()));
                return new String(bytes, UTF_8);
            }
        } catch (IllegalArgumentException notBase64) {
            throw S3Faults.invalidArgument("The continuation token provided is incorrect");
        }
        throw S3Faults.invalidArgument("The continuation token provided is incorrect");
    }
}
