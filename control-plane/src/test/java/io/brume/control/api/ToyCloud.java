package io.brume.control.api;

import io.brume.common.aws.Api;
import io.brume.common.aws.Fault;
import io.brume.common.aws.Service;
import io.brume.common.aws.sigv4.Credential;
import io.brume.common.aws.sigv4.Credentials;
import io.brume.common.aws.sigv4.Secret;
import io.brume.common.aws.sigv4.SigV4Verifier;
import io.brume.common.id.Ids;
import io.brume.common.time.Time;
import io.brume.control.api.gateway.Gateway;
import io.brume.control.api.gateway.GatewayOptions;
import io.brume.control.api.gateway.GatewayRoute;
import io.brume.control.api.gateway.Readiness;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.ClientToken;
import io.brume.control.domain.identity.Principal;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeRegionsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeRegionsResponse;
import software.amazon.awssdk.services.ec2.model.Region;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.RunInstancesResponse;
import software.amazon.awssdk.services.ec2.model.TerminateInstancesRequest;
import software.amazon.awssdk.services.ec2.model.TerminateInstancesResponse;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** A front door with two toy services behind it, on a free port of loopback. */
public final class ToyCloud implements AutoCloseable {
    public static final String REGION = "us-east-1";
    public static final AccountId ACCOUNT = new AccountId("123456789012");
    public static final String KEY_ID = "AKIAIOSFODNN7EXAMPLE";
    public static final Secret SECRET = Secret.of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    public static final String USER_KEY_ID = "AKIAIOSFODNN7SOMEBDY";

    private static final Map<String, Credential<Principal>> KEYS =
            Map.of(
                    KEY_ID,
                    Credential.lasting(KEY_ID, SECRET, Principal.root(ACCOUNT)),
                    USER_KEY_ID,
                    Credential.lasting(
                            USER_KEY_ID,
                            SECRET,
                            new Principal(
                                    ACCOUNT, "arn:aws:iam::123456789012:user/bob", "AIDABOB")));

    public final PrometheusMeterRegistry metrics =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    public final Queue<AuditRecord> audit = new ConcurrentLinkedQueue<>();
    public final AtomicInteger launches = new AtomicInteger();
    final Queue<ClientToken> tokens = new ConcurrentLinkedQueue<>();
    public final Pipeline pipeline;
    private final Vertx vertx = Vertx.vertx();
    private final Gateway gateway;

    public ToyCloud() {
        this(GatewayOptions.Limits.standard(), List.of(), List.of());
    }

    public ToyCloud(
            GatewayOptions.Limits limits, List<GatewayRoute> routes, List<Readiness> readiness) {
        Credentials<Principal> keys = id -> Optional.ofNullable(KEYS.get(id));
        var services =
                List.of(
                        new Service(Api.of("sts", StsClient.class), new ToySts()),
                        new Service(Api.of("ec2", Ec2Client.class), new ToyEc2()));
        pipeline =
                new Pipeline(
                        new Pipeline.Parts(
                                REGION,
                                services,
                                new SigV4Verifier<>(keys, Time.system()),
                                Authorizer.rootOnly(),
                                audit::add,
                                metrics,
                                Time.system()));
        gateway =
                Gateway.start(
                        vertx,
                        new GatewayOptions("127.0.0.1", 0, Optional.empty(), limits),
                        new Gateway.Parts(
                                REGION,
                                pipeline,
                                routes,
                                readiness,
                                metrics,
                                Ids.secure(),
                                Time.system()));
    }

    public int port() {
        return gateway.port();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port());
    }

    @Override
    public void close() throws Exception {
        gateway.close();
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private static final class ToySts implements StsClient {
        @Override
        public GetCallerIdentityResponse getCallerIdentity(GetCallerIdentityRequest request) {
            var call = CallContext.current();
            return GetCallerIdentityResponse.builder()
                    .account(call.account().value())
                    .arn(call.principalArn())
                    .userId(call.userId())
                    .build();
        }

        @Override
        public String serviceName() {
            return "sts";
        }

        @Override
        public void close() {}
    }

    private final class ToyEc2 implements Ec2Client {
        @Override
        public DescribeRegionsResponse describeRegions(DescribeRegionsRequest request) {
            if (request.regionNames().contains("broken")) {
                throw new IllegalStateException("the secret inner workings");
            }
            return DescribeRegionsResponse.builder()
                    .regions(Region.builder().regionName(CallContext.current().region()).build())
                    .build();
        }

        @Override
        public RunInstancesResponse runInstances(RunInstancesRequest request) {
            CallContext.current().stopHereIfDryRun();
            CallContext.current().clientToken().ifPresent(tokens::add);
            int number = launches.incrementAndGet();
            return RunInstancesResponse.builder()
                    .reservationId("r-0000000000000000" + number)
                    .build();
        }

        @Override
        public TerminateInstancesResponse terminateInstances(TerminateInstancesRequest request) {
            throw Fault.absent(
                    "InvalidInstanceID.NotFound",
                    "The instance ID '" + request.instanceIds().getFirst() + "' does not exist");
        }

        @Override
        public String serviceName() {
            return "ec2";
        }

        @Override
        public void close() {}
    }
}
