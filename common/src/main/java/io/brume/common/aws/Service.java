package io.brume.common.aws;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Handler objects that implement an SDK client interface, made callable over every protocol of
 * their service. Thread-safe when the handlers are.
 *
 * <p>The steps are apart, since authentication, authorization, idempotency and audit stand between
 * them: {@link #bind}, {@link #validate}, {@link #invoke}, {@link #reply(BoundCall, HandlerResult,
 * String)}. Every step that can fail throws a {@link Fault} and nothing else; {@link #reply(Wire,
 * Fault, String)} renders it.
 *
 * <p>A service with many operations has a handler per noun. An operation that no handler's class
 * overrides is not offered: it answers AWS's "unsupported" error, and its classes are never loaded.
 */
public final class Service {
    private final Api api;
    private final Map<String, Offer> offers;
    private final Operations operations;
    private final Map<Wire, Protocol> protocols;
    private final FaultWords words;
    private final Validator validator;

    /** An operation, and who carries it out. */
    private record Offer(Object handler, HandlerMethod method) {}

    /**
     * A service with one handler.
     *
     * @throws IllegalArgumentException when the handler does not implement the client interface
     */
    public Service(Api api, Object handler) {
        this(api, List.of(handler));
    }

    /**
     * A service with a handler for each of its parts.
     *
     * @throws IllegalArgumentException when a handler does not implement the client interface, or
     *     two offer the same operation
     */
    public Service(Api api, List<?> handlers) {
        this(offersOf(api, handlers), api);
    }

    /** A service that only knows its operations: none can be invoked. */
    static Service withoutHandler(Api api, Collection<HandlerMethod> methods) {
        return new Service(
                methods.stream().map(method -> new Offer("nobody", method)).toList(), api);
    }

    private Service(Collection<Offer> offered, Api api) {
        this.api = requireNonNull(api);
        var facts = api.facts();
        this.words = new FaultWords(facts);
        this.validator = new Validator(api);
        this.protocols = api.protocols();
        this.offers = new HashMap<>();
        var described = new ArrayList<Operation>();
        for (var offer : offered) {
            var operation = describe(offer.method(), facts);
            if (offers.put(operation.name(), offer) != null) {
                throw new IllegalArgumentException("two handlers offer " + operation.name());
            }
            described.add(operation);
        }
        this.operations =
                new Operations(described, facts.operations().keySet(), absentRoutes(facts));
    }

    private static Collection<Offer> offersOf(Api api, List<?> handlers) {
        var offers = new ArrayList<Offer>();
        for (var handler : handlers) {
            if (!api.contract().isInstance(handler)) {
                throw new IllegalArgumentException(
                        handler.getClass() + " does not implement " + api.contract().getName());
            }
            HandlerMethod.of(handler.getClass())
                    .values()
                    .forEach(method -> offers.add(new Offer(handler, method)));
        }
        return offers;
    }

    private static Operation describe(HandlerMethod method, ServiceFacts facts) {
        var name = facts.operationName(method.spelledBySdk());
        var known = facts.operations().get(name);
        var route = known == null ? null : known.parsedRoute();
        var status = known == null ? null : known.status();
        var root = known == null ? null : known.root();
        return new Operation(
                name,
                route,
                status == null ? 200 : status,
                root == null ? name + "Response" : root,
                known == null || !known.noOutput(),
                () -> Pojos.builder(method.requestClass()),
                method.streamsIn(),
                method.streamsOut(),
                known != null && known.unsignedPayload());
    }

    private Map<String, Route> absentRoutes(ServiceFacts facts) {
        var absent = new HashMap<String, Route>();
        facts.operations()
                .forEach((name, known) -> {
                    var route = offers.containsKey(name) ? null : known.parsedRoute();
                    if (route != null) {
                        absent.put(name, route);
                    }
                });
        return absent;
    }

    public Api api() {
        return api;
    }

    /** AWS's names of the operations that are offered. */
    public Set<String> operations() {
        return operations.offered();
    }

    /**
     * Which operation a request of a REST service means, offered here or not; empty when AWS has
     * none. For front doors that carry some of them out without the SDK's classes.
     *
     * @throws Fault when the query cannot be read
     */
    public Optional<String> meant(HttpCall call) {
        try {
            var routed = operations.route(call, Parameters.parse(call.query()));
            return routed == null ? Optional.empty() : Optional.of(routed.name());
        } catch (Malformed malformed) {
            throw protocol(api.wire(call)).refuse(malformed);
        }
    }

    /**
     * Finds the operation and reads its members.
     *
     * @throws Fault when the message cannot be read, or means no operation that is offered
     */
    public BoundCall bind(HttpCall call) {
        var wire = api.wire(call);
        var protocol = protocol(wire);
        if (!api.speaks(wire)) {
            throw Fault.unsupported(
                    "UnsupportedOperation",
                    "The service " + api.service() + " is not offered over " + wire + ".");
        }
        try {
            var bound = protocol.read(call, operations);
            var request = Pojos.build(bound.request());
            return new BoundCall(this, bound.operation(), wire, request, call.body());
        } catch (Malformed malformed) {
            throw protocol.refuse(malformed);
        }
    }

    /**
     * Checks the members against the model: those required are there, all are within bounds.
     *
     * @throws Fault in the service's own words
     */
    public void validate(BoundCall call) {
        validator.validate(call.request());
    }

    /**
     * Calls the handler.
     *
     * @throws Fault what the handler threw, or an internal one that holds it as its cause
     */
    public HandlerResult invoke(BoundCall call) {
        var offer = requireNonNull(offers.get(call.operation()));
        try {
            return offer.method().invoke(offer.handler(), call.request(), call.body());
        } catch (Throwable thrown) {
            throw fault(call.operation(), thrown);
        }
    }

    private Fault fault(String operation, Throwable thrown) {
        return switch (thrown) {
            case Fault fault -> fault;
            case AwsServiceException exception -> words.fault(exception);
            case UnsupportedOperationException unsupported ->
                    Fault.unsupported(
                            "UnsupportedOperation",
                            "The operation " + operation + " is not supported by this cloud.");
            case OutOfMemoryError fatal -> throw fatal;
            default ->
                    new Fault(
                            Fault.Category.INTERNAL,
                            "InternalError",
                            500,
                            "An internal error has occurred.",
                            thrown);
        };
    }

    /** The answer to a call that succeeded. */
    public HttpReply reply(BoundCall call, HandlerResult result, String requestId) {
        return write(call.operation(), call.wire(), result, requestId);
    }

    HttpReply write(String operation, Wire wire, HandlerResult result, String requestId) {
        var described = requireNonNull(operations.find(operation));
        return protocol(wire).write(described, result, requestId);
    }

    /** The answer to a call that failed, at whatever step. */
    public HttpReply reply(Wire wire, Fault fault, String requestId) {
        return protocol(wire).write(words.answer(fault), requestId);
    }

    private Protocol protocol(Wire wire) {
        return requireNonNull(protocols.get(wire));
    }
}
