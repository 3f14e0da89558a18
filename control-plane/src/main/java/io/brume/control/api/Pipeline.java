package io.brume.control.api;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.BoundCall;
import io.brume.common.aws.Fault;
import io.brume.common.aws.Fingerprint;
import io.brume.common.aws.HandlerResult;
import io.brume.common.aws.HttpCall;
import io.brume.common.aws.HttpReply;
import io.brume.common.aws.RequestMembers;
import io.brume.common.aws.Service;
import io.brume.common.aws.ServiceRouter;
import io.brume.common.aws.sigv4.Dialect;
import io.brume.common.aws.sigv4.SigV4Verifier;
import io.brume.common.time.Time;
import io.brume.control.domain.ClientToken;
import io.brume.control.domain.identity.Principal;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * What every AWS call passes: authenticate → read → authorize → validate → handle → record. Limits
 * come before, in the gateway. Thread-safe; blocks.
 */
public final class Pipeline implements ApiHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    private static final Set<String> NOT_ASKED_FOR = Set.of("ClientToken", "DryRun");

    /**
     * What the pipeline needs from the rest of the cloud.
     *
     * @param region the cloud's own
     * @param services all services that are offered
     * @param verifier over the cloud's access keys
     */
    public record Parts(
            String region,
            List<Service> services,
            SigV4Verifier<Principal> verifier,
            Authorizer authorizer,
            AuditLog audit,
            MeterRegistry metrics,
            Time time) {
        public Parts {
            requireNonNull(region);
            services = List.copyOf(services);
            requireNonNull(verifier);
            requireNonNull(authorizer);
            requireNonNull(audit);
            requireNonNull(metrics);
            requireNonNull(time);
        }
    }

    private final Parts parts;
    private final ServiceRouter router;
    private final Realms realms;
    private final ApiMetrics metrics;

    public Pipeline(Parts parts) {
        this.parts = requireNonNull(parts);
        this.router = new ServiceRouter(parts.services());
        this.realms = new Realms(parts.region());
        this.metrics = new ApiMetrics(parts.metrics());
    }

    @Override
    public HttpReply handle(HttpCall call, Origin origin) {
        long start = parts.time().nanos();
        var progress = new Progress();
        HttpReply reply;
        var code = "OK";
        try {
            reply = answer(call, origin, progress);
        } catch (Fault fault) {
            code = fault.code();
            reply = refuse(call, origin, progress, fault);
        } catch (RuntimeException e) {
            var fault =
                    new Fault(
                            Fault.Category.INTERNAL,
                            "InternalError",
                            500,
                            "An internal error has occurred.",
                            e);
            code = fault.code();
            reply = refuse(call, origin, progress, fault);
        }
        var duration = parts.time().since(start);
        metrics.record(progress.service(), progress.operation(), code, duration);
        parts.audit().record(progress.audit(origin, parts.region(), code, reply, duration));
        return reply;
    }

    private HttpReply answer(HttpCall call, Origin origin, Progress progress) {
        var scope = SigV4Verifier.claimedScope(call);
        var service = route(call, scope.map(claimed -> claimed.service()).orElse(null));
        progress.service = service;
        var wire = service.api().wire(call);
        var realm = realms.of(service.api(), wire);
        var verified = parts.verifier().verify(call, realm);
        progress.principal = verified.owner();
        progress.accessKeyId = verified.accessKeyId();
        var signed =
                realm.dialect() == Dialect.S3 ? call.withBody(verified.body(call.body())) : call;
        var bound = service.bind(signed);
        progress.bound = bound;
        if (realm.dialect() != Dialect.S3 && !bound.mayBeUnsigned()) {
            verified.demandSignedBody(realm.dialect());
        }
        var context = context(bound, origin, verified.owner(), verified.accessKeyId());
        var result = context.call(() -> handle(context, bound, realm.dialect()));
        return service.reply(bound, result, origin.requestId());
    }

    /** Whether a request without a signature is for one of the services. */
    public boolean isOfService(HttpCall head) {
        try {
            router.route(head, null);
            return true;
        } catch (Fault none) {
            return false;
        }
    }

    // A stranger without a signature learns that first, and not which services there are.
    private Service route(HttpCall call, @Nullable String signingName) {
        try {
            return router.route(call, signingName);
        } catch (Fault fault) {
            if (signingName == null && call.header("authorization") == null) {
                throw Fault.denied(
                        "MissingAuthenticationToken", "Request is missing Authentication Token");
            }
            throw fault;
        }
    }

    private HandlerResult handle(CallContext context, BoundCall bound, Dialect dialect) {
        switch (parts.authorizer().authorize(context, bound.action(), bound.request())) {
            case Authorizer.Decision.Allowed() -> {}
            case Authorizer.Decision.Denied(var reason) -> throw denied(dialect, reason);
        }
        bound.service().validate(bound);
        return bound.service().invoke(bound);
    }

    private CallContext context(
            BoundCall bound, Origin origin, Principal principal, String accessKeyId) {
        var request = bound.request();
        var token =
                RequestMembers.text(request, "ClientToken")
                        .filter(text -> !text.isEmpty())
                        .map(text ->
                                new ClientToken(
                                        principal.account(),
                                        bound.action(),
                                        text,
                                        Fingerprint.of(request, NOT_ASKED_FOR)));
        return new CallContext(
                principal,
                accessKeyId,
                origin.requestId(),
                origin.sourceIp(),
                parts.region(),
                origin.received(),
                RequestMembers.isTrue(request, "DryRun"),
                token);
    }

    private static Fault denied(Dialect dialect, String reason) {
        return switch (dialect) {
            case EC2 ->
                    Fault.denied(
                            "UnauthorizedOperation",
                            "You are not authorized to perform this operation. " + reason);
            case QUERY, S3 -> Fault.denied("AccessDenied", reason);
            case JSON -> Fault.denied("AccessDeniedException", reason).withStatus(400);
            case REST_JSON -> Fault.denied("AccessDeniedException", reason);
        };
    }

    private HttpReply refuse(HttpCall call, Origin origin, Progress progress, Fault fault) {
        // A typed error is its own cause, so that its members travel along: nothing has broken.
        if (fault.getCause() != null && !(fault.getCause() instanceof AwsServiceException)) {
            LOG.error(
                    "request {} ({} {}) failed: {}",
                    origin.requestId(),
                    progress.service(),
                    progress.operation(),
                    fault.getMessage(),
                    fault.getCause());
        }
        var service = progress.service;
        return service == null
                ? ServiceRouter.reply(call, fault, origin.requestId())
                : service.reply(service.api().wire(call), fault, origin.requestId());
    }

    /** How far a call came; of one thread. */
    private static final class Progress {
        private @Nullable Service service;
        private @Nullable BoundCall bound;
        private @Nullable Principal principal;
        private String accessKeyId = "";

        String service() {
            return service == null ? "" : service.api().service();
        }

        String operation() {
            return bound == null ? "" : bound.operation();
        }

        AuditRecord audit(
                Origin origin, String region, String code, HttpReply reply, Duration duration) {
            return new AuditRecord(
                    origin.received(),
                    origin.requestId(),
                    principal == null ? "" : principal.account().value(),
                    principal == null ? "" : principal.arn(),
                    accessKeyId,
                    origin.sourceIp(),
                    region,
                    service(),
                    operation(),
                    code,
                    reply.status(),
                    duration);
        }
    }
}
