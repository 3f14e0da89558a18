package io.brume.control.api.ec2;

import io.brume.common.aws.Api;
import io.brume.common.aws.HttpCall;
import io.brume.common.aws.HttpReply;
import io.brume.common.aws.Service;
import io.brume.common.aws.shared.Pager;
import io.brume.common.aws.sigv4.SigV4Verifier;
import io.brume.common.id.Ids;
import io.brume.common.time.Time;
import io.brume.control.api.Authorizer;
import io.brume.control.api.CallContext;
import io.brume.control.api.Origin;
import io.brume.control.api.Pipeline;
import io.brume.control.api.ebs.EbsParts;
import io.brume.control.api.ebs.EbsService;
import io.brume.control.api.gateway.Gateway;
import io.brume.control.api.gateway.GatewayOptions;
import io.brume.control.api.sts.StsService;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Region;
import io.brume.control.domain.identity.Account;
import io.brume.control.domain.identity.Principal;
import io.brume.control.domain.image.ImageSources;
import io.brume.control.domain.vpc.Ipv4Block;
import io.brume.control.fleet.InMemoryChunks;
import io.brume.control.fleet.InMemoryFleet;
import io.brume.control.reconcile.ImageLinks;
import io.brume.control.scheduler.Capacity;
import io.brume.control.scheduler.Scheduler;
import io.brume.control.scheduler.StorageCapacity;
import io.brume.control.scheduler.Strategy;
import io.brume.control.state.AccessKeys;
import io.brume.control.state.AccountDirectory;
import io.brume.control.state.AccountResources;
import io.brume.control.state.DataKeys;
import io.brume.control.state.IssuedKey;
import io.brume.control.state.MasterKey;
import io.brume.control.state.NetworkInterfaces;
import io.brume.control.state.PublicAddresses;
import io.brume.store.Store;
import io.brume.store.memory.MemoryStore;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.sts.StsClient;

/** A control plane's front door with its true parts on a store in memory, and ways to call it. */
final class TestCloud implements AutoCloseable {
    static final Region REGION =
            new Region(
                    "us-east-1",
                    List.of(
                            new Region.Zone("us-east-1a", "use1-az1"),
                            new Region.Zone("us-east-1b", "use1-az2")),
                    "127.0.0.1:7000");
    static final AccountId OPERATOR = new AccountId("123456789012");

    final Store store = MemoryStore.open();
    final AccountDirectory accounts;
    final NetworkInterfaces networkInterfaces =
            new NetworkInterfaces(new PublicAddresses(Ipv4Block.of("198.18.0.0/24")));
    final Capacity capacity = new Capacity(new Scheduler(Strategy.SPREAD));
    final ShiftedTime storageTime = new ShiftedTime();
    final StorageCapacity storage = new StorageCapacity(storageTime, Duration.ofMinutes(10));
    final InMemoryFleet fleet = new InMemoryFleet();
    final InMemoryChunks chunks = new InMemoryChunks(fleet);
    private final List<? extends Ec2Client> ec2;
    private final EbsService ebs;
    private final List<StsService> sts = List.of(new StsService());
    private final DataKeys dataKeys;
    private final ImageLinks links;
    private final AccessKeys keys;
    private final Pipeline pipeline;
    private final Vertx vertx = Vertx.vertx();
    private final Gateway gateway;

    TestCloud() {
        MasterKey masterKey = MasterKey.random();
        SecureRandom random = new SecureRandom();
        dataKeys = new DataKeys(masterKey, REGION.name(), random);
        Time time = Time.system();
        links = new ImageLinks(store, fleet, masterKey, REGION.name(), time);
        accounts =
                new AccountDirectory(store, REGION, masterKey, AccountResources.NONE, random, time);
        keys = new AccessKeys(store, masterKey);
        ec2 =
                Ec2Service.nouns(
                        new Ec2Parts(
                                store,
                                REGION,
                                OPERATOR,
                                new ImageSources(List.of(Path.of("/images")), true),
                                random,
                                networkInterfaces,
                                capacity,
                                fleet,
                                new Ec2Parts.VolumeParts(storage, 3, Duration.ZERO, keys()),
                                new Pager(new byte[32])));
        ebs =
                new EbsService(
                        new EbsParts(
                                store,
                                REGION,
                                masterKey,
                                dataKeys,
                                chunks,
                                storage,
                                3,
                                Duration.ofSeconds(2),
                                random,
                                time));
        var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        pipeline =
                new Pipeline(
                        new Pipeline.Parts(
                                REGION.name(),
                                List.of(
                                        new Service(Api.of("ec2", Ec2Client.class), ec2),
                                        new Service(Api.of("ebs", EbsClient.class), ebs),
                                        new Service(Api.of("sts", StsClient.class), sts)),
                                new SigV4Verifier<>(keys, time),
                                Authorizer.rootOnly(),
                                entry -> {},
                                metrics,
                                time));
        gateway =
                Gateway.start(
                        vertx,
                        new GatewayOptions(
                                "127.0.0.1", 0, Optional.empty(), GatewayOptions.Limits.standard()),
                        new Gateway.Parts(
                                REGION.name(),
                                pipeline,
                                List.of(),
                                List.of(),
                                metrics,
                                Ids.secure(),
                                time));
        accounts.ensure(OPERATOR, "operator");
    }

    /** What seals and opens the keys of this cloud's volumes. */
    DataKeys keys() {
        return dataKeys;
    }

    /** What hosts reach images in buckets by. */
    ImageLinks links() {
        return links;
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + gateway.port());
    }

    /** A new account with nothing but its default network. */
    Account account() {
        return accounts.create("test");
    }

    IssuedKey key(AccountId account) {
        return accounts.credentials(account).getFirst();
    }

    /** Answers a call as the gateway would. */
    HttpReply handle(HttpCall call) {
        return pipeline.handle(
                call, new Origin(UUID.randomUUID().toString(), "127.0.0.1", Time.system().now()));
    }

    /** EC2 for the root user of an account: straight, or over HTTP with AWS's own client. */
    Ec2Client ec2(Way way, AccountId account) {
        return switch (way) {
            case STRAIGHT -> straight(Ec2Client.class, ec2, account);
            case HTTP ->
                    Ec2Client.builder()
                            .endpointOverride(endpoint())
                            .region(software.amazon.awssdk.regions.Region.of(REGION.name()))
                            .credentialsProvider(credentials(account))
                            .httpClientBuilder(UrlConnectionHttpClient.builder())
                            .build();
        };
    }

    StsClient sts(Way way, AccountId account) {
        return switch (way) {
            case STRAIGHT -> straight(StsClient.class, sts, account);
            case HTTP ->
                    StsClient.builder()
                            .endpointOverride(endpoint())
                            .region(software.amazon.awssdk.regions.Region.of(REGION.name()))
                            .credentialsProvider(credentials(account))
                            .httpClientBuilder(UrlConnectionHttpClient.builder())
                            .build();
        };
    }

    /** The EBS direct APIs for the root user of an account, over HTTP with AWS's own client. */
    EbsClient ebs(AccountId account) {
        return EbsClient.builder()
                .endpointOverride(endpoint())
                .region(software.amazon.awssdk.regions.Region.of(REGION.name()))
                .credentialsProvider(credentials(account))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    private StaticCredentialsProvider credentials(AccountId account) {
        IssuedKey key = key(account);
        return StaticCredentialsProvider.create(
                AwsBasicCredentials.create(key.id().value(), key.secret().reveal()));
    }

    /** Binds a context around each call; the interface's conveniences work as they are. */
    private static <C> C straight(Class<C> contract, List<? extends C> nouns, AccountId account) {
        InvocationHandler handler =
                (proxy, method, arguments) -> {
                    boolean call =
                            arguments != null
                                    && arguments.length == 1
                                    && arguments[0] instanceof SdkRequest;
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    if (!call || method.getName().endsWith("Paginator")) {
                        return InvocationHandler.invokeDefault(proxy, method, arguments);
                    }
                    return context(account, (SdkRequest) arguments[0])
                            .call(() -> {
                                try {
                                    return method.invoke(offering(nouns, method), arguments);
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                }
                            });
                };
        return contract.cast(
                Proxy.newProxyInstance(
                        contract.getClassLoader(), new Class<?>[] {contract}, handler));
    }

    /** Who has the method itself; with nobody, anyone answers as the interface does. */
    private static <C> C offering(List<? extends C> nouns, Method method) {
        for (C noun : nouns) {
            for (var own : noun.getClass().getDeclaredMethods()) {
                boolean same =
                        own.getName().equals(method.getName())
                                && Arrays.equals(
                                        own.getParameterTypes(), method.getParameterTypes());
                if (same) {
                    return noun;
                }
            }
        }
        return nouns.getFirst();
    }

    private static CallContext context(AccountId account, @Nullable SdkRequest request) {
        boolean dryRun =
                request != null && request.getValueForField("DryRun", Boolean.class).orElse(false);
        return new CallContext(
                Principal.root(account),
                "AKIA0000000000000000",
                UUID.randomUUID().toString(),
                "127.0.0.1",
                REGION.name(),
                Time.system().now(),
                dryRun,
                Optional.empty());
    }

    @Override
    public void close() throws Exception {
        gateway.close();
        vertx.close().await(10, TimeUnit.SECONDS);
        ebs.close();
        keys.close();
        store.close();
    }

    /** How a test calls the cloud. */
    enum Way {
        STRAIGHT,
        HTTP
    }
}
