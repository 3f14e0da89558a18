package io.brume.storage.object.s3.door;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.common.aws.Fault;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A browser's form as it comes ({@code multipart/form-data}, RFC 7578): fields first, then one
 * file, which is handed on as it is read. Bounded; of one thread.
 */
final class MultipartForm {
    private static final int MOST_FIELD_BYTES = 20 << 10;
    private static final int MOST_FIELDS_BYTES = 64 << 10;
    private static final int MOST_LINE = 4 << 10;
    private static final int MOST_FIELDS = 200;
    private static final Pattern BOUNDARY =
            Pattern.compile(
                    ";\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern PARAMETER =
            Pattern.compile(
                    ";\\s*(name|filename)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s;\"]*))",
                    Pattern.CASE_INSENSITIVE);

    private final InputStream in;
    private final byte[] delimiter;
    private final Map<String, String> fields = new LinkedHashMap<>();
    private int fieldBytes;
    private String fileName = "";
    private Optional<String> fileType = Optional.empty();

    /**
     * @param contentType of the request
     * @throws Fault when it names no boundary
     */
    MultipartForm(InputStream raw, String contentType) {
        var match = BOUNDARY.matcher(contentType);
        if (!match.find()) {
            throw malformed();
        }
        var boundary = match.group(1) == null ? match.group(2) : match.group(1);
        this.in = new BufferedInputStream(raw, 64 << 10);
        this.delimiter = ("\r\n--" + boundary).getBytes(ISO_8859_1);
    }

    /**
     * Reads the fields.
     *
     * @return the file that follows them
     */
    InputStream readFields() throws IOException {
        if (!line().equals(new String(delimiter, 2, delimiter.length - 2, ISO_8859_1))) {
            throw malformed();
        }
        while (true) {
            var headers = headers();
            var disposition = headers.getOrDefault("content-disposition", "");
            var name = parameter(disposition, "name").orElseThrow(MultipartForm::malformed);
            if (name.equalsIgnoreCase("file")) {
                fileName = parameter(disposition, "filename").orElse("");
                fileType = Optional.ofNullable(headers.get("content-type"));
                return new Part();
            }
            field(name);
        }
    }

    private void field(String name) throws IOException {
        var part = new Part();
        var bytes = part.readNBytes(MOST_FIELD_BYTES + 1);
        fieldBytes += bytes.length;
        if (bytes.length > MOST_FIELD_BYTES
                || fieldBytes > MOST_FIELDS_BYTES
                || fields.size() >= MOST_FIELDS) {
            throw Fault.invalid(
                    "MaxPostPreDataLengthExceededError",
                    "Your POST request fields preceding the upload file were too large.");
        }
        fields.putIfAbsent(name.toLowerCase(Locale.ROOT), new String(bytes, UTF_8));
        if (part.last) {
            throw Fault.invalid(
                    "InvalidArgument", "POST requires exactly one file upload per request.");
        }
    }

    /** The fields before the file, by lower-case name. */
    Map<String, String> fields() {
        return fields;
    }

    /** What the file is called where it comes from. */
    String fileName() {
        return fileName;
    }

    Optional<String> fileType() {
        return fileType;
    }

    private Map<String, String> headers() throws IOException {
        var headers = new LinkedHashMap<String, String>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1 || headers.size() > 20) {
                throw malformed();
            }
            headers.put(
                    line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    private static Optional<String> parameter(String disposition, String name) {
        var match = PARAMETER.matcher(disposition);
        while (match.find()) {
            if (match.group(1).equalsIgnoreCase(name)) {
                var text = match.group(2) == null ? match.group(3) : match.group(2);
                return Optional.of(
                        new String(text.replaceAll("\\\\(.)", "$1").getBytes(ISO_8859_1), UTF_8));
            }
        }
        return Optional.empty();
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream(96);
        for (int octet = in.read(); octet != '\r'; octet = in.read()) {
            if (octet < 0 || line.size() >= MOST_LINE) {
                throw malformed();
            }
            line.write(octet);
        }
        if (in.read() != '\n') {
            throw malformed();
        }
        return line.toString(ISO_8859_1);
    }

    /** The bytes up to the next boundary, which is found by the letters that cannot overlap. */
    private final class Part extends InputStream {
        private boolean ended;
        private boolean last;

        @Override
        public int read() throws IOException {
            if (ended) {
                return -1;
            }
            in.mark(delimiter.length);
            int first = in.read();
            if (first < 0) {
                throw incomplete();
            }
            if (first != delimiter[0] || !delimiterFollows()) {
                if (first == delimiter[0]) {
                    in.reset();
                    first = in.read();
                }
                return first;
            }
            end();
            return -1;
        }

        @Override
        public int read(byte[] target, int offset, int count) throws IOException {
            int got = 0;
            while (got < count) {
                int octet = read();
                if (octet < 0) {
                    break;
                }
                target[offset + got++] = (byte) octet;
            }
            return got == 0 && count > 0 ? -1 : got;
        }

        private boolean delimiterFollows() throws IOException {
            for (int i = 1; i < delimiter.length; i++) {
                if (in.read() != delimiter[i]) {
                    return false;
                }
            }
            return true;
        }

        /** A line's end goes on to the next part, two hyphens end the form. */
        private void end() throws IOException {
            ended = true;
            int one = in.read();
            int two = in.read();
            last = one == '-' && two == '-';
            if (!last && !(one == '\r' && two == '\n')) {
                throw malformed();
            }
        }
    }

    private static Fault incomplete() {
        return Fault.invalid("IncompleteBody", "The form ended before its last boundary.");
    }

    private static Fault malformed() {
        return Fault.invalid(
                "MalformedPOSTRequest",
                "The body of your POST request is not well-formed multipart/form-data.");
    }
}
