package io.brume.common.policy;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.fail;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever a stranger sends is a policy that can be evaluated, or is refused, and soon. */
final class PolicyFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final String REAL =
            """
            {"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"One","Effect":"Allow",
             "Principal":{"AWS":["111122223333","arn:aws:iam::111122223333:user/ana"]},
             "Action":["s3:GetObject","s3:Put*"],"Resource":"arn:aws:s3:::b/${aws:username, 'x'}/*",
             "Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","2001:db8::/32"]},
              "ForAllValues:StringLikeIfExists":{"s3:prefix":["a*","${*}"]},
              "DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"},
              "NumericLessThanEquals":{"s3:max-keys":10},"Bool":{"aws:SecureTransport":true}}}]}\
            """;
    private static final String SYMBOLS = "{}[]\",:'*?$\\ \u0000\ud83d09aA/.-";

    @Test
    @Timeout(value = 60, unit = SECONDS)
    void onlyCleanRefusals() {
        long seed = 20_261_130;
        var random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            var text = new StringBuilder(REAL);
            for (int changes = random.nextInt(6); changes >= 0; changes--) {
                change(text, random);
            }
            try {
                evaluate(text.toString());
            } catch (MalformedPolicyException e) {
                // what it is for
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed " + seed + ", round " + round + ": " + text, e);
            }
        }
    }

    private static void evaluate(String text) {
        var policy = Policy.parse(text, PolicyKind.RESOURCE, 20_000);
        policy.evaluate(
                Requests.request(
                        "s3:GetObject",
                        "arn:aws:s3:::b/ana/c",
                        Map.of(
                                "aws:username", "ana",
                                "aws:SourceIp", "10.1.2.3",
                                "s3:max-keys", "5",
                                "aws:SecureTransport", "true")));
    }

    private static void change(StringBuilder text, Random random) {
        if (text.isEmpty()) {
            text.append('{');
        }
        int at = random.nextInt(text.length());
        switch (random.nextInt(5)) {
            case 0 -> text.setCharAt(at, SYMBOLS.charAt(random.nextInt(SYMBOLS.length())));
            case 1 -> text.insert(at, SYMBOLS.charAt(random.nextInt(SYMBOLS.length())));
            case 2 -> text.deleteCharAt(at);
            case 3 -> text.delete(at, Math.min(text.length(), at + random.nextInt(20)));
            default -> {
                int end = Math.min(text.length(), at + random.nextInt(80));
                text.insert(random.nextInt(text.length()), text.substring(at, end));
            }
        }
    }
}
