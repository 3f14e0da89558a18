package io.brume.common.aws;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Says which service a request is for. One endpoint serves them all, and clients say it in several
 * ways: the credential scope of their signature, {@code X-Amz-Target}, the host name, the API's
 * version. Immutable and thread-safe.
 */
public final class ServiceRouter {
    private final List<Service> services;

    public ServiceRouter(List<Service> services) {
        this.services = List.copyOf(services);
    }

    /** All services, in the order given. */
    public List<Service> services() {
        return services;
    }

    /**
     * Finds the service.
     *
     * @param signingName the service in the signature's credential scope; null when there is no
     *     signature, as AssumeRoleWithWebIdentity has none
     * @throws Fault when no service fits
     */
    public Service route(HttpCall call, @Nullable String signingName) {
        var candidates = candidates(call, signingName);
        if (candidates.isEmpty()) {
            throw Fault.unsupported(
                    "UnsupportedOperation",
                    signingName == null
                            ? "The request names no service of this cloud."
                            : "The service "
                                    + Scalars.clip(signingName)
                                    + " is not offered by this cloud.");
        }
        var version = version(call);
        if (version == null) {
            return candidates.getFirst();
        }
        for (var candidate : candidates) {
            if (accepts(candidate.api(), version)) {
                return candidate;
            }
        }
        throw Fault.invalid(
                "NoSuchVersion",
                "The requested version ("
                        + Scalars.clip(version)
                        + ") of service "
                        + candidates.getFirst().api().service()
                        + " does not exist.");
    }

    /**
     * The answer to a request that failed before its service was known, in the protocol that it
     * looks to be of.
     */
    public static HttpReply reply(HttpCall call, Fault fault, String requestId) {
        var answer =
                new FaultAnswer(
                        fault.code(),
                        fault.code(),
                        fault.status(),
                        String.valueOf(fault.getMessage()),
                        null,
                        false);
        return guess(call).write(answer, requestId);
    }

    private static Protocol guess(HttpCall call) {
        if ("rpc-v2-cbor".equals(call.header("smithy-protocol"))) {
            return new RpcProtocol(Wire.RPC_V2_CBOR);
        }
        if (call.header("x-amz-target") != null) {
            return new RpcProtocol(Wire.AWS_JSON_1_0);
        }
        if (QueryProtocol.looksLikeQuery(call)) {
            var authorization = call.header("authorization");
            boolean ec2 = authorization != null && authorization.contains("/ec2/aws4_request");
            return new QueryProtocol(ec2, null);
        }
        return new RestProtocol(true, true, null);
    }

    private List<Service> candidates(HttpCall call, @Nullable String signingName) {
        var target = call.header("x-amz-target");
        var found =
                signingName == null
                        ? services
                        : select(services, api -> api.signingName().equals(signingName));
        if (target != null) {
            int dot = target.lastIndexOf('.');
            var prefix = dot < 0 ? "" : target.substring(0, dot);
            return select(found, api -> prefix.equals(api.targetPrefix()));
        }
        if (signingName != null) {
            return found;
        }
        var host = call.header("host");
        var byHost =
                host == null
                        ? List.<Service>of()
                        : select(found, api -> isHostOf(api, host.toLowerCase(Locale.ROOT)));
        if (!byHost.isEmpty()) {
            return byHost;
        }
        var version = version(call);
        return version == null ? List.of() : select(found, api -> version.equals(api.version()));
    }

    private static boolean isHostOf(Api api, String host) {
        return host.startsWith(api.endpointPrefix() + ".");
    }

    private static List<Service> select(List<Service> services, Predicate<Api> predicate) {
        return services.stream().filter(service -> predicate.test(service.api())).toList();
    }

    /** EC2 answers clients of older versions of its API as well; the others have but one. */
    private static boolean accepts(Api api, String version) {
        return api.usualWire() == Wire.EC2_QUERY
                || !api.wires().contains(Wire.AWS_QUERY)
                || api.version().equals(version);
    }

    private static @Nullable String version(HttpCall call) {
        if (!QueryProtocol.looksLikeQuery(call)) {
            return null;
        }
        try {
            return QueryProtocol.parameters(call).first("Version");
        } catch (Malformed e) {
            return null; // the service's own protocol says what is wrong with it
        }
    }
}
