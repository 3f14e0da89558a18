package io.brume.control.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.DefaultValueTrait;

/**
 * A hash over the parameters of a request, its client token left out: equal for equal requests in
 * every run of every version, and no way back to what was hashed.
 */
final class RequestFingerprint {
    private final MessageDigest digest;

    private RequestFingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** 64 hexadecimal digits. */
    static String of(SdkPojo request) {
        var fingerprint = new RequestFingerprint();
        fingerprint.add(request);
        return HexFormat.of().formatHex(fingerprint.digest.digest());
    }

    private void add(Object value) {
        switch (value) {
            case SdkPojo pojo -> members(pojo);
            case Collection<?> list -> {
                text("[" + list.size());
                list.forEach(this::add);
            }
            case Map<?, ?> map -> {
                text("{" + map.size());
                var sorted = new TreeMap<String, Object>();
                map.forEach((key, element) -> sorted.put(key.toString(), element));
                sorted.forEach((key, element) -> {
                    text(key);
                    add(element);
                });
            }
            case SdkBytes bytes -> {
                text("b" + bytes.asByteArrayUnsafe().length);
                digest.update(bytes.asByteArrayUnsafe());
            }
            default -> text(value.toString());
        }
    }

    private void members(SdkPojo pojo) {
        text("(");
        for (SdkField<?> field : pojo.sdkFields()) {
            if (!isToken(field)) {
                var value = field.getValueOrDefault(pojo);
                if (value != null && !isEmpty(value)) {
                    text(field.memberName());
                    add(value);
                }
            }
        }
        text(")");
    }

    // Members with a default are the idempotency tokens, which the SDK invents when absent.
    private static boolean isToken(SdkField<?> field) {
        return field.memberName().equals("ClientToken")
                || field.containsTrait(DefaultValueTrait.class);
    }

    // A list that nobody set and an empty one mean the same in a request.
    private static boolean isEmpty(Object value) {
        return (value instanceof Collection<?> list && list.isEmpty())
                || (value instanceof Map<?, ?> map && map.isEmpty());
    }

    // With its length before it, so that no two lists of texts run together into the same bytes.
    private void text(String text) {
        var bytes = text.getBytes(UTF_8);
        digest.update((bytes.length + ":").getBytes(UTF_8));
        digest.update(bytes);
    }
}
