package io.brume.storage.object.s3.door;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.brume.common.aws.sigv4.Payload;
import io.brume.common.aws.sigv4.Realm;
import io.brume.common.aws.sigv4.SigV4Verifier;
import io.brume.common.time.Time;
import io.brume.storage.object.s3.Caller;
import io.brume.storage.object.s3.LegacySignatures;
import io.brume.storage.object.s3.Principal;
import io.brume.storage.object.s3.http.Exchange;
import java.util.Map;
import java.util.Optional;

/** Finds out who calls. Thread-safe; may block. */
final class Authenticator {
    private final SigV4Verifier<Principal> verifier;
    private final Realm realm;
    private final LegacyPresigned legacy;

    Authenticator(
            SigV4Verifier<Principal> verifier, Realm realm, LegacySignatures legacy, Time time) {
        this.verifier = requireNonNull(verifier);
        this.realm = requireNonNull(realm);
        this.legacy = new LegacyPresigned(legacy, time);
    }

    /**
     * Verifies the signature; a request without one is a stranger's.
     *
     * @throws io.brume.common.aws.Fault when the signature does not hold
     */
    Admission admit(Exchange exchange, Target target, String requestId) {
        var sent = exchange.head();
        if (isSigned(sent)) {
            var verified = verifier.verify(sent, realm);
            var type = verified.presigned() ? "REST-QUERY-STRING" : "REST-HEADER";
            return new Admission(
                    caller(exchange, target.head(), requestId, Optional.of(verified.owner()), type),
                    verified.payload());
        }
        var principal =
                LegacyPresigned.isOne(sent)
                        ? Optional.of(legacy.verify(sent, target))
                        : Optional.<Principal>empty();
        return new Admission(
                caller(
                        exchange,
                        target.head(),
                        requestId,
                        principal,
                        principal.isPresent() ? "REST-QUERY-STRING" : ""),
                Payload.ofStranger(sent));
    }

    /**
     * Whose a browser's form is; one without a signature is a stranger's.
     *
     * @param fields by lower-case name
     * @param head which the fields make
     */
    Caller admit(Exchange exchange, HttpCall head, String requestId, Map<String, String> fields) {
        if (fields.containsKey("x-amz-signature") || fields.containsKey("x-amz-algorithm")) {
            var principal = verifier.verifyForm(fields, realm);
            return caller(exchange, head, requestId, Optional.of(principal), "POST");
        }
        if (fields.containsKey("awsaccesskeyid")) {
            var principal =
                    legacy.verifyForm(
                            fields.getOrDefault("awsaccesskeyid", ""),
                            fields.getOrDefault("policy", ""),
                            fields.getOrDefault("signature", ""));
            return caller(exchange, head, requestId, Optional.of(principal), "POST");
        }
        return caller(exchange, head, requestId, Optional.empty(), "");
    }

    /** Who visits a web site: a stranger, whatever is sent along. */
    static Caller visitor(Exchange exchange, HttpCall head, String requestId) {
        return caller(exchange, head, requestId, Optional.empty(), "");
    }

    private static boolean isSigned(HttpCall head) {
        return head.header("authorization") != null
                || head.query().contains("X-Amz-Signature=")
                || head.query().contains("X-Amz-Credential=")
                || head.query().contains("X-Amz-Algorithm=");
    }

    private static Caller caller(
            Exchange exchange,
            HttpCall head,
            String requestId,
            Optional<Principal> principal,
            String type) {
        return new Caller(
                principal.map(Principal::account),
                principal.map(Principal::arn).orElse(""),
                requestId,
                exchange.clientAddress(),
                exchange.secure(),
                type,
                head);
    }
}
