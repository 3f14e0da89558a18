package io.brume.common.aws;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;

/**
 * Tells whether two requests ask for the same: a SHA-256 digest of the members that were set.
 *
 * <p>Two requests have the same fingerprint exactly when they are of one class and have the same
 * members, whatever protocol they came over and whatever order the client wrote them in. The order
 * of a list matters, that of a map does not. Stable across versions of Brume and of the SDK, as
 * long as AWS keeps the names of members: fingerprints may be stored.
 */
public final class Fingerprint {
    private final DataOutputStream out;
    private final Set<String> without;

    private Fingerprint(DataOutputStream out, Set<String> without) {
        this.out = out;
        this.without = without;
    }

    /**
     * Digests a request.
     *
     * @param without members of the request itself to leave out, by their names in AWS's models
     * @return 64 hexadecimal digits
     */
    public static String of(SdkPojo request, Set<String> without) {
        var bytes = new ByteArrayOutputStream(256);
        try (var out = new DataOutputStream(bytes)) {
            var fingerprint = new Fingerprint(out, without);
            fingerprint.text(request.getClass().getSimpleName());
            fingerprint.structure(request, 0);
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private void structure(SdkPojo pojo, int depth) throws IOException {
        var fields = new ArrayList<SdkField<?>>(pojo.sdkFields());
        fields.sort(Comparator.comparing(SdkField::memberName));
        for (var field : fields) {
            var value = Pojos.get(field, pojo);
            if (value != null && !(depth == 0 && without.contains(field.memberName()))) {
                text(field.memberName());
                value(value, depth + 1);
            }
        }
        out.writeByte('}');
    }

    /** Each value is led by its kind and its length, so that no two can be read as one. */
    private void value(@Nullable Object value, int depth) throws IOException {
        switch (value) {
            case null -> out.writeByte('0');
            case SdkPojo pojo -> {
                out.writeByte('{');
                structure(pojo, depth);
            }
            case Iterable<?> items -> {
                out.writeByte('[');
                for (var item : items) {
                    value(item, depth);
                }
                out.writeByte(']');
            }
            case Map<?, ?> map -> map(map, depth);
            case SdkBytes bytes -> {
                out.writeByte('b');
                out.writeInt(bytes.asByteArrayUnsafe().length);
                out.write(bytes.asByteArrayUnsafe());
            }
            case Instant time -> {
                out.writeByte('t');
                out.writeLong(time.getEpochSecond());
                out.writeInt(time.getNano());
            }
            case Boolean flag -> out.writeByte(flag ? 'y' : 'n');
            case Document document -> {
                out.writeByte('d');
                text(document.toString());
            }
            default -> {
                out.writeByte('s');
                text(value.toString());
            }
        }
    }

    private void map(Map<?, ?> map, int depth) throws IOException {
        out.writeByte('(');
        var sorted = new TreeMap<String, @Nullable Object>();
        map.forEach((key, item) -> sorted.put(key.toString(), item));
        for (var entry : sorted.entrySet()) {
            text(entry.getKey());
            value(entry.getValue(), depth);
        }
        out.writeByte(')');
    }

    private void text(String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
