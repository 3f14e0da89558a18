package io.brume.common.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.smithy.model.Model;
import software.amazon.smithy.model.knowledge.TopDownIndex;
import software.amazon.smithy.model.shapes.OperationShape;
import software.amazon.smithy.model.shapes.ShapeId;
import software.amazon.smithy.protocoltests.traits.HttpMalformedRequestTestCase;
import software.amazon.smithy.protocoltests.traits.HttpMalformedRequestTestsTrait;

/**
 * Smithy's requests that a server must refuse, for restJson1, the one protocol that has such
 * vectors. Those that Brume takes all the same are listed by kind with their reasons in {@code
 * smithy-malformed.txt}; the list must be exact.
 */
final class SmithyMalformedTest {
    private static final ShapeId SERVICE = ShapeId.from("aws.protocoltests.restjson#RestJson");

    @Test
    void refusesWhatSmithyCallsMalformed() {
        var model = Model.assembler().discoverModels().assemble().getResult().orElseThrow();
        var shapes = new SmithyModel(model, Wire.REST_JSON);
        var described = new HashMap<OperationShape, Operation>();
        for (var operation : TopDownIndex.of(model).getContainedOperations(SERVICE)) {
            described.put(operation, shapes.operation(operation));
        }
        var operations = new Operations(described.values(), Set.of(), Map.of());
        var protocol = new RestProtocol(false, false, null);
        int passed = 0;
        Map<String, List<String>> taken = new TreeMap<>();
        for (var operation : described.keySet()) {
            for (var test : tests(operation)) {
                var difference = difference(test, protocol, operations);
                if (difference == null) {
                    passed++;
                } else {
                    var kind = test.getId().replaceAll("_case\\d+$", "");
                    taken.computeIfAbsent(kind, key -> new ArrayList<>()).add(difference);
                }
            }
        }
        int differing = taken.values().stream().mapToInt(List::size).sum();
        System.out.printf(
                "Smithy malformed requests: %d of %d refused as they must be%n",
                passed, passed + differing);
        var accepted = Differences.load("smithy-malformed.txt");
        var unexpected = new TreeMap<>(taken);
        accepted.keySet().forEach(unexpected::remove);
        assertThat(unexpected).as("vectors that are not refused and not listed").isEmpty();
        assertThat(new TreeSet<>(taken.keySet())).containsAll(accepted.keySet());
    }

    private static List<HttpMalformedRequestTestCase> tests(OperationShape operation) {
        return operation.getTrait(HttpMalformedRequestTestsTrait.class).stream()
                .flatMap(tests -> tests.getTestCases().stream())
                .toList();
    }

    private static @Nullable String difference(
            HttpMalformedRequestTestCase test, Protocol protocol, Operations operations) {
        var request = test.getRequest();
        var headers = new HashMap<String, List<String>>();
        request.getHeaders()
                .forEach((name, text) -> headers.put(name.toLowerCase(Locale.ROOT), List.of(text)));
        var uri = request.getUri().orElse("/");
        var call =
                new HttpCall(
                        request.getMethod(),
                        uri,
                        String.join("&", request.getQueryParams()),
                        headers,
                        request.getBody().orElse("").getBytes(StandardCharsets.UTF_8));
        var wanted = test.getResponse().getHeaders().getOrDefault("x-amzn-errortype", "");
        try {
            protocol.read(call, operations);
            return "taken: " + uri + " " + call.query() + " " + request.getBody().orElse("");
        } catch (Malformed malformed) {
            var fault = protocol.refuse(malformed);
            boolean same =
                    fault.code().equals(wanted) && fault.status() == test.getResponse().getCode();
            return same ? null : "refused with " + fault.code() + ", wanted " + wanted;
        } catch (Fault fault) {
            return "refused with " + fault.code() + ", wanted " + wanted;
        }
    }
}
