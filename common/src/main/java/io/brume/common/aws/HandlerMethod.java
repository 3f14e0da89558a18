package io.brume.common.aws;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;

/**
 * A method of a handler that serves an operation: it takes the SDK's request class, and a request
 * body or a response transformer where the operation streams.
 */
final class HandlerMethod {
    private final Method method;
    private final Class<?> request;
    private final boolean streamsIn;
    private final boolean streamsOut;

    private HandlerMethod(Method method) {
        this.method = method;
        var parameters = List.of(method.getParameterTypes());
        this.request = parameters.getFirst();
        this.streamsIn = parameters.contains(RequestBody.class);
        this.streamsOut = parameters.contains(ResponseTransformer.class);
    }

    /**
     * The methods that a class declares itself, or inherits from a class: never those that the
     * client interface only gives a default, which are the operations that are not offered. The
     * interface is not even looked at, since that would load the thousands of classes it names.
     *
     * @return by the operation's name as the SDK spells it
     */
    static Map<String, HandlerMethod> of(Class<?> type) {
        var found = new HashMap<String, HandlerMethod>();
        for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
            for (var method : c.getDeclaredMethods()) {
                if (isOperation(method)) {
                    var candidate = new HandlerMethod(method);
                    found.merge(candidate.spelledBySdk(), candidate, HandlerMethod::streaming);
                }
            }
        }
        return found;
    }

    /** An operation that streams also has convenience forms without; the streaming one is it. */
    private static HandlerMethod streaming(HandlerMethod one, HandlerMethod other) {
        return other.method.getParameterCount() > one.method.getParameterCount() ? other : one;
    }

    private static boolean isOperation(Method method) {
        var parameters = method.getParameterTypes();
        if (parameters.length == 0
                || method.isSynthetic()
                || !SdkRequest.class.isAssignableFrom(parameters[0])
                || !method.getName().toLowerCase(Locale.ROOT).equals(lowerName(parameters[0]))) {
            return false;
        }
        for (int i = 1; i < parameters.length; i++) {
            if (parameters[i] != RequestBody.class && parameters[i] != ResponseTransformer.class) {
                return false;
            }
        }
        return true;
    }

    private static String lowerName(Class<?> request) {
        return name(request).toLowerCase(Locale.ROOT);
    }

    private static String name(Class<?> request) {
        var name = request.getSimpleName();
        return name.endsWith("Request") ? name.substring(0, name.length() - 7) : name;
    }

    String spelledBySdk() {
        return name(request);
    }

    Class<?> requestClass() {
        return request;
    }

    boolean streamsIn() {
        return streamsIn;
    }

    boolean streamsOut() {
        return streamsOut;
    }

    /**
     * Calls the handler.
     *
     * @param body what the request carried, for operations that take it as a stream
     * @throws Throwable what the handler threw, as it threw it
     */
    HandlerResult invoke(Object handler, SdkPojo pojo, byte[] body) throws Throwable {
        var arguments = new ArrayList<@Nullable Object>();
        arguments.add(pojo);
        if (streamsIn) {
            arguments.add(RequestBody.fromBytes(body));
        }
        if (streamsOut) {
            arguments.add(ResponseTransformer.toBytes());
        }
        try {
            if (!method.canAccess(handler)) {
                method.setAccessible(true); // handlers need not be public
            }
            var answer = method.invoke(handler, arguments.toArray());
            return switch (answer) {
                case ResponseBytes<?> bytes ->
                        new HandlerResult((SdkPojo) bytes.response(), bytes.asByteArrayUnsafe());
                case SdkPojo response -> new HandlerResult(response);
                case null, default ->
                        throw new IllegalStateException(method + " did not answer a response");
            };
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
