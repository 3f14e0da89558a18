package io.brume.common.aws;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * What AWS's service models say and the SDK's classes do not: names, routes, success codes, error
 * codes, constraints. Read from {@code facts/SERVICE.json}, which {@code src/tools/aws_facts.py}
 * writes from botocore's models. Immutable.
 */
final class ServiceFacts {
    /**
     * An operation's route ({@code GET /path?query}), what else it demands, status, root, and
     * whether its signature may leave the body out.
     */
    record OperationFacts(
            @Nullable String route,
            List<String> needs,
            @Nullable Integer status,
            @Nullable String root,
            boolean noOutput,
            boolean unsignedPayload) {
        OperationFacts {
            needs = needs == null ? List.of() : needs;
        }

        @Nullable Route parsedRoute() {
            if (route == null) {
                return null;
            }
            int blank = route.indexOf(' ');
            return Route.of(route.substring(0, blank), route.substring(blank + 1), needs);
        }
    }

    /** An error's code on the query wires, and its HTTP status; null where they are usual. */
    record ErrorFacts(@Nullable String code, @Nullable Integer status) {}

    /** The file as it is. */
    private record File(
            String service,
            String source,
            String signingName,
            String endpointPrefix,
            String version,
            List<Wire> wires,
            @Nullable String namespace,
            @Nullable String targetPrefix,
            boolean queryCompatible,
            @Nullable String actionPrefix,
            @Nullable List<String> validationCodes,
            Map<String, OperationFacts> operations,
            @Nullable Map<String, ErrorFacts> errors,
            @Nullable Map<String, Map<String, Constraint>> constraints) {}

    /** One error: the name of its shape and its code. */
    record ErrorName(String type, String code, int status) {}

    private final File file;
    private final Map<String, ErrorName> errors = new HashMap<>();
    private final Map<String, String> operationNames = new HashMap<>();

    private ServiceFacts(File file) {
        this.file = file;
        file.operations()
                .keySet()
                .forEach(name -> operationNames.put(name.toLowerCase(Locale.ROOT), name));
        var fromFile = file.errors() == null ? Map.<String, ErrorFacts>of() : file.errors();
        fromFile.forEach((type, facts) -> {
            var code = Objects.requireNonNullElse(facts.code(), type);
            var status = Objects.requireNonNullElse(facts.status(), 400);
            var error = new ErrorName(type, code, status);
            errors.putIfAbsent(code, error);
            errors.put(type, error);
            errors.putIfAbsent(shorten(type), error);
        });
    }

    /**
     * @throws IllegalArgumentException when the service is not among the files
     */
    static ServiceFacts load(String service) {
        var mapper =
                JsonMapper.builder()
                        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .build();
        try (var in = ServiceFacts.class.getResourceAsStream("facts/" + service + ".json")) {
            if (in == null) {
                throw new IllegalArgumentException("no facts about the service " + service);
            }
            return new ServiceFacts(mapper.readValue(in, new TypeReference<File>() {}));
        } catch (IOException e) {
            throw new UncheckedIOException("the facts about " + service + " cannot be read", e);
        }
    }

    String signingName() {
        return file.signingName();
    }

    String endpointPrefix() {
        return file.endpointPrefix();
    }

    String version() {
        return file.version();
    }

    List<Wire> wires() {
        return file.wires();
    }

    @Nullable String namespace() {
        return file.namespace();
    }

    @Nullable String targetPrefix() {
        return file.targetPrefix();
    }

    String actionPrefix() {
        return Objects.requireNonNullElse(file.actionPrefix(), file.signingName());
    }

    boolean queryCompatible() {
        return file.queryCompatible();
    }

    /** For an absent required member, and for a member out of bounds; null where usual. */
    @Nullable List<String> validationCodes() {
        return file.validationCodes();
    }

    Map<String, OperationFacts> operations() {
        return file.operations();
    }

    /** AWS's spelling of an operation that the SDK's classes spell their own way. */
    String operationName(String spelledBySdk) {
        return operationNames.getOrDefault(spelledBySdk.toLowerCase(Locale.ROOT), spelledBySdk);
    }

    /** The constraints of a structure's members; the name is that of its class in the SDK. */
    Map<String, Constraint> constraints(String structure) {
        var all = file.constraints();
        return all == null
                ? Map.of()
                : all.getOrDefault(structure.toLowerCase(Locale.ROOT), Map.of());
    }

    /** The constraints of all members of all structures. */
    List<Constraint> allConstraints() {
        var all = file.constraints();
        return all == null
                ? List.of()
                : all.values().stream().flatMap(members -> members.values().stream()).toList();
    }

    /** By the code that a handler gave, whether it is the shape's name or the query code. */
    @Nullable ErrorName error(String code) {
        return errors.get(code);
    }

    /** By the SDK's class of the error. */
    @Nullable ErrorName error(AwsServiceException exception) {
        return errors.get(shorten(exception.getClass().getSimpleName()));
    }

    /** The SDK writes all errors as {@code ...Exception}, and acronyms its own way. */
    private static String shorten(String type) {
        var lower = type.toLowerCase(Locale.ROOT);
        for (var suffix : List.of("exception", "fault")) {
            if (lower.endsWith(suffix)) {
                return lower.substring(0, lower.length() - suffix.length());
            }
        }
        return lower;
    }
}
