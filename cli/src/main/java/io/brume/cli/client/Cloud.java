package io.brume.cli.client;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A cloud's operations: EC2's by the query protocol, Brume's own by JSON. Thread-safe. */
public final class Cloud {
    private static final String EC2_VERSION = "2016-11-15";
    private static final int MAX_PAGES = 10_000;

    private final SignedHttp http;

    public Cloud(Connection connection, Time time) {
        this.http = new SignedHttp(requireNonNull(connection), requireNonNull(time));
    }

    /** Requests to the object store. */
    S3Http s3() {
        return new S3Http(http.connection(), http.time());
    }

    public Connection connection() {
        return http.connection();
    }

    /**
     * Calls an EC2 operation.
     *
     * @throws ServiceException when the cloud refuses
     * @throws CliException when there is no answer
     */
    public XmlTree ec2(String action, Form parameters) {
        String body =
                new Form().with("Action", action).with("Version", EC2_VERSION).encode()
                        + "&"
                        + parameters.encode();
        SignedHttp.Answer answer =
                http.post(
                        "ec2",
                        "/",
                        Map.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
                        body);
        XmlTree tree;
        try {
            tree = XmlTree.parse(answer.body());
        } catch (IllegalArgumentException e) {
            throw notAnAnswer(answer, e);
        }
        if (answer.status() / 100 != 2) {
            XmlTree error =
                    tree.list("Errors").stream()
                            .findFirst()
                            .or(() -> tree.child("Error"))
                            .orElse(tree);
            throw new ServiceException(
                    error.at("Code").isEmpty() ? "HTTP" + answer.status() : error.at("Code"),
                    error.at("Message").isEmpty() ? "no message" : error.at("Message"),
                    answer.status());
        }
        return tree;
    }

    /** The items of a list of all pages of a Describe operation. */
    public List<XmlTree> ec2List(String action, Form parameters, String list) {
        var items = new ArrayList<XmlTree>();
        XmlTree page = ec2(action, parameters);
        items.addAll(page.list(list));
        Set<String> seen = new HashSet<>();
        while (!page.at("nextToken").isEmpty()) {
            if (!seen.add(page.at("nextToken")) || seen.size() > MAX_PAGES) {
                throw CliException.general(
                        action + " repeats a page", "report it with the cloud's version");
            }
            page = ec2(action, parameters.with("NextToken", page.at("nextToken")));
            items.addAll(page.list(list));
        }
        return items;
    }

    /**
     * Calls an operation of Brume's own.
     *
     * @throws ServiceException when the cloud refuses
     * @throws CliException when there is no answer
     */
    public Map<String, Object> brume(String operation, Map<String, Object> input) {
        SignedHttp.Answer answer =
                http.post(
                        "brume",
                        "/_brume/admin",
                        Map.of(
                                "Content-Type",
                                "application/x-amz-json-1.1",
                                "X-Amz-Target",
                                "Brume." + operation),
                        Json.compact(input));
        Map<String, Object> output;
        try {
            output = answer.body().isBlank() ? Map.of() : Json.parseObject(answer.body());
        } catch (IllegalArgumentException e) {
            throw notAnAnswer(answer, e);
        }
        if (answer.status() / 100 != 2) {
            String type = String.valueOf(output.getOrDefault("__type", "HTTP" + answer.status()));
            Object message =
                    output.getOrDefault("message", output.getOrDefault("Message", "no message"));
            throw new ServiceException(
                    type.substring(type.lastIndexOf('#') + 1), message.toString(), answer.status());
        }
        return output;
    }

    /**
     * What an operation of Brume's own shows of one thing.
     *
     * @param member of the answer
     * @return empty when this user may not see it, or Brume knows nothing more of it than AWS shows
     */
    public Map<String, Object> placed(String operation, Map<String, Object> input, String member) {
        try {
            Object shown = brume(operation, input).get(member);
            return objects(shown == null ? List.of() : List.of(shown)).stream()
                    .findFirst()
                    .orElse(Map.of());
        } catch (ServiceException refusal) {
            return switch (refusal.code()) {
                case "ResourceNotFoundException", "AccessDeniedException", "AccessDenied" ->
                        Map.of();
                default -> throw refusal;
            };
        }
    }

    /** The objects of a list of all pages of an operation of Brume's own. */
    public List<Map<String, Object>> brumeList(String operation, String list) {
        var items = new ArrayList<Map<String, Object>>();
        Map<String, Object> input = Map.of();
        for (int page = 0; page < MAX_PAGES; page++) {
            Map<String, Object> output = brume(operation, input);
            items.addAll(objects(output.get(list)));
            if (!(output.get("NextToken") instanceof String next) || next.isEmpty()) {
                return items;
            }
            input = Map.of("NextToken", next);
        }
        throw CliException.general(operation + " never ends", "report it with the cloud's version");
    }

    /** The objects of a JSON list; none when it is not a list of objects. */
    public static List<Map<String, Object>> objects(@Nullable Object value) {
        var found = new ArrayList<Map<String, Object>>();
        if (value instanceof List<?> items) {
            for (Object item : items) {
                if (item instanceof Map<?, ?> members) {
                    var object = new LinkedHashMap<String, Object>();
                    members.forEach((name, member) -> object.put(String.valueOf(name), member));
                    found.add(object);
                }
            }
        }
        return found;
    }

    /** Opens the serial console of an instance. */
    public ConsoleStream console(String instanceId, ConsoleStream.Sink sink) {
        URI endpoint = http.connection().endpoint();
        URI signed = endpoint.resolve("/_brume/console?instance-id=" + instanceId);
        Map<String, String> headers =
                http.connection()
                        .signer("brume")
                        .sign("GET", signed, Map.of(), new byte[0], http.time().now());
        URI socket =
                URI.create(
                        (endpoint.getScheme().equals("https") ? "wss" : "ws")
                                + signed.toString().substring(endpoint.getScheme().length()));
        return ConsoleStream.open(http.client(), socket, headers, sink);
    }

    private CliException notAnAnswer(SignedHttp.Answer answer, IllegalArgumentException cause) {
        return new CliException(
                http.connection().endpoint()
                        + " answered with status "
                        + answer.status()
                        + " and something that is not a cloud's answer",
                "is the endpoint right? It came from " + http.connection().source(),
                CliException.GENERAL,
                cause);
    }
}
