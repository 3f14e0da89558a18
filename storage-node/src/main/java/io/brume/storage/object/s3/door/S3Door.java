package io.brume.storage.object.s3.door;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.brume.common.aws.sigv4.Dialect;
import io.brume.common.aws.sigv4.Realm;
import io.brume.common.time.Time;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.CallTrace;
import io.brume.storage.object.s3.Cors;
import io.brume.storage.object.s3.accesslog.AccessLogs;
import io.brume.storage.object.s3.accesslog.AccessRecord;
import io.brume.storage.object.s3.http.Answer;
import io.brume.storage.object.s3.http.Exchange;
import io.brume.storage.object.s3.http.RequestHandler;
import io.brume.storage.object.s3.website.Sites;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every call passes: address → signature → operation → answer. Thread-safe. */
public final class S3Door implements RequestHandler {
    private static final Logger LOG = LoggerFactory.getLogger(S3Door.class);
    private static final String PREFLIGHT = "Preflight";
    private static final String FINE = "OK";

    private final ObjectIndex index;
    private final Cors cors;
    private final Time time;
    private final Addressing addressing;
    private final Addressing siteAddressing;
    private final Sites sites;
    private final Authenticator authenticator;
    private final Operations operations;
    private final FormPosts forms;
    private final RequestIds ids;
    private final AccessLogs logs;
    private final DoorMetrics metrics;

    public S3Door(DoorOptions options) {
        var parts = options.parts();
        this.index = parts.index();
        this.cors = options.cors();
        this.time = parts.time();
        this.addressing = new Addressing(options.domains());
        this.siteAddressing = new Addressing(Sites.domains(options.domains(), parts.region()));
        this.sites = new Sites(parts);
        this.authenticator =
                new Authenticator(
                        options.verifier(),
                        new Realm(Dialect.S3, List.of("s3"), options.regions()),
                        options.legacy(),
                        parts.time());
        this.operations = new Operations(options);
        this.forms = new FormPosts(parts, authenticator);
        this.ids = new RequestIds(parts.random());
        this.logs = options.logs();
        this.metrics = new DoorMetrics(options.metrics());
    }

    @Override
    public void begin(Exchange exchange) {
        exchange.run(() -> serve(exchange));
    }

    @Override
    public Answer refuse(Exchange exchange, int status, String code, String message) {
        var fault = Fault.invalid(code, message).withStatus(status);
        return named(
                ErrorDocument.of(
                        fault, Optional.empty(), ids.next(), ids.hostId(), isHead(exchange)),
                ids.next());
    }

    private void serve(Exchange exchange) {
        long start = time.nanos();
        var call = new Progress(ids.next());
        Answer answer;
        var code = FINE;
        try {
            answer = call.trace.call(() -> answer(exchange, call));
        } catch (RuntimeException thrown) {
            var told = Failures.told(thrown);
            if (told.isEmpty()) {
                exchange.abort();
                return;
            }
            code = told.get().fault().code();
            if (told.get().ours()) {
                LOG.warn("request {} ({}) failed", call.id, call.operation, thrown);
            }
            answer =
                    ErrorDocument.with(
                            ErrorDocument.of(
                                    told.get().fault(),
                                    call.target,
                                    call.id,
                                    ids.hostId(),
                                    isHead(exchange)),
                            told.get().headers());
        }
        metrics.record(call.operation, code, time.nanos() - start);
        exchange.answer(named(crossOrigin(answer, call), call.id));
        log(exchange, call, answer, code, start);
    }

    /** Notes the call if its bucket wants it. */
    private void log(Exchange exchange, Progress call, Answer answer, String code, long start) {
        var logged = call.trace.bucket().filter(S3Door::isLogged);
        if (logged.isEmpty()) {
            return;
        }
        var took = Duration.ofNanos(time.nanos() - start);
        var head = exchange.head();
        logs.note(
                logged.get(),
                new AccessRecord(
                        head,
                        new AccessRecord.Who(exchange.clientAddress(), call.arn, exchange.secure()),
                        call.id,
                        ids.hostId(),
                        call.operation,
                        call.target.flatMap(Target::key),
                        answer.status(),
                        Optional.of(code).filter(each -> !each.equals(FINE)),
                        head.method().equals("HEAD") ? 0 : answer.length(),
                        call.trace.objectSize(),
                        time.now().minus(took),
                        took));
    }

    private static boolean isLogged(Bucket bucket) {
        return bucket.document(BucketSetting.LOGGING).isPresent();
    }

    private Answer answer(Exchange exchange, Progress call) {
        var site = siteAddressing.below(exchange.head());
        if (site.isPresent()) {
            return page(exchange, site.get(), call);
        }
        var target =
                operations.isControl(exchange.head())
                        ? Addressing.byPath(exchange.head())
                        : addressing.target(exchange.head());
        call.target = Optional.of(target);
        if (exchange.head().method().equals("OPTIONS")) {
            call.operation = PREFLIGHT;
            return preflight(target);
        }
        if (FormPosts.isOne(target)) {
            call.operation = "PostObject";
            return forms.post(exchange, target, call.id);
        }
        var admission = authenticator.admit(exchange, target, call.id);
        call.arn = admission.caller().arn();
        call.operation = operations.name(target);
        return admission
                .caller()
                .call(() ->
                        operations.call(
                                call.operation, target, admission.payload(), exchange.body()));
    }

    private Answer page(Exchange exchange, Target target, Progress call) {
        call.target = Optional.of(target);
        if (target.head().method().equals("OPTIONS")) {
            call.operation = PREFLIGHT;
            return preflight(target);
        }
        call.operation = "WebsitePage";
        return sites.answer(
                Authenticator.visitor(exchange, target.head(), call.id),
                target.bucket().orElse(""),
                target.key().orElse(""));
    }

    private Answer preflight(Target target) {
        var head = target.head();
        if (head.header("origin") == null) {
            throw Fault.invalid(
                    "BadRequest", "Insufficient information. Origin request header needed.");
        }
        var headers =
                bucket(target)
                        .flatMap(bucket -> cors.preflight(bucket, head))
                        .orElseThrow(() ->
                                Fault.denied(
                                        "AccessForbidden",
                                        "CORSResponse: CORS is not enabled for this bucket."));
        return Answer.empty(200, headers);
    }

    private Optional<Bucket> bucket(Target target) {
        return target.bucket()
                .filter(BucketName::isValid)
                .flatMap(name -> index.bucket(new BucketName(name)));
    }

    /** Adds what lets a script of another site see the answer, an error too. */
    private Answer crossOrigin(Answer answer, Progress call) {
        if (call.target.isEmpty() || call.operation.equals(PREFLIGHT)) {
            return answer;
        }
        HttpCall head = call.target.get().head();
        if (head.header("origin") == null) {
            return answer;
        }
        try {
            return ErrorDocument.with(
                    answer,
                    bucket(call.target.get())
                            .map(bucket -> cors.headers(bucket, head))
                            .orElse(Map.of()));
        } catch (RuntimeException e) {
            LOG.debug("an answer goes without what would let scripts see it", e);
            return answer;
        }
    }

    private Answer named(Answer answer, String requestId) {
        return ErrorDocument.with(
                answer, Map.of("x-amz-request-id", requestId, "x-amz-id-2", ids.hostId()));
    }

    private static boolean isHead(Exchange exchange) {
        return exchange.head().method().equals("HEAD");
    }

    /** How far a call came; of one thread. */
    private static final class Progress {
        private final String id;
        private final CallTrace trace = new CallTrace();
        private String operation = "";
        private String arn = "";
        private Optional<Target> target = Optional.empty();

        Progress(String id) {
            this.id = requireNonNull(id);
        }
    }
}
