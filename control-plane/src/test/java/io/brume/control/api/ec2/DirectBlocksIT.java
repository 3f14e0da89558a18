package io.brume.control.api.ec2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.id.Ids;
import io.brume.common.time.Time;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.fleet.Chunks;
import io.brume.control.fleet.ObjectSightings;
import io.brume.control.reconcile.Reconcilers;
import io.brume.control.state.InstanceEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people type and what backup programs do: {@code aws ebs}, and boto3. */
final class DirectBlocksIT {
    private static final String BOTO =
            """
            import base64, hashlib, os, sys, time
            from concurrent.futures import ThreadPoolExecutor
            import boto3
            from botocore.config import Config
            from botocore.exceptions import ClientError
            once = Config(retries={'max_attempts': 0}, max_pool_connections=8)
            ebs, ec2 = boto3.client('ebs', config=once), boto3.client('ec2', config=once)
            def sha(data): return base64.b64encode(hashlib.sha256(data).digest()).decode()
            def put(sid, index, data, **more):
                return ebs.put_snapshot_block(**{**dict(SnapshotId=sid, BlockIndex=index, BlockData=data,
                    DataLength=len(data), Checksum=sha(data), ChecksumAlgorithm='SHA256'), **more})
            blocks = {i * 7: os.urandom(524288) for i in range(40)}
            sid = ebs.start_snapshot(VolumeSize=1, Description='boto', Tags=[{'Key': 'k', 'Value': 'v'}])['SnapshotId']
            with ThreadPoolExecutor(8) as pool:
                list(pool.map(lambda item: put(sid, *item), blocks.items()))
            linear = sha(b''.join(hashlib.sha256(d).digest() for _, d in sorted(blocks.items())))
            print(ebs.complete_snapshot(SnapshotId=sid, ChangedBlocksCount=len(blocks), Checksum=linear,
                  ChecksumAlgorithm='SHA256', ChecksumAggregationMethod='LINEAR')['Status'])
            ec2.get_waiter('snapshot_completed').wait(SnapshotIds=[sid], WaiterConfig={'Delay': 1, 'MaxAttempts': 30})
            listed = [b for page in ebs.get_paginator('list_snapshot_blocks').paginate(SnapshotId=sid) for b in page['Blocks']] \\
                if ebs.can_paginate('list_snapshot_blocks') else ebs.list_snapshot_blocks(SnapshotId=sid)['Blocks']
            def get(block):
                answer = ebs.get_snapshot_block(SnapshotId=sid, BlockIndex=block['BlockIndex'], BlockToken=block['BlockToken'])
                data = answer['BlockData'].read()
                assert answer['Checksum'] == sha(data) and answer['DataLength'] == len(data) == 524288
                return data
            with ThreadPoolExecutor(8) as pool:
                print('same', dict(zip((b['BlockIndex'] for b in listed), pool.map(get, listed))) == blocks)
            child = ebs.start_snapshot(VolumeSize=1, ParentSnapshotId=sid)['SnapshotId']
            put(child, 7, b'x' * 524288)
            ebs.complete_snapshot(SnapshotId=child, ChangedBlocksCount=1)
            ec2.get_waiter('snapshot_completed').wait(SnapshotIds=[child], WaiterConfig={'Delay': 1, 'MaxAttempts': 30})
            print([b['BlockIndex'] for b in ebs.list_changed_blocks(FirstSnapshotId=sid, SecondSnapshotId=child)['ChangedBlocks']])
            open_one = ebs.start_snapshot(VolumeSize=1)['SnapshotId']
            sneaky = boto3.client('ebs', config=once)
            sneaky.meta.events.register_first('request-created.ebs.StartSnapshot',
                lambda request, **_: request.context.update(payload_signing_enabled=False))
            def block_of(sid):
                return dict(SnapshotId=sid, BlockIndex=0, BlockData=b'x' * 524288, DataLength=524288,
                            Checksum=sha(b'x' * 524288), ChecksumAlgorithm='SHA256')
            for call in (lambda: put(open_one, 0, b'x' * 524288, Checksum=sha(b'y')),
                         lambda: put(open_one, 9999, b'x' * 524288),
                         lambda: ebs.list_snapshot_blocks(SnapshotId=open_one),
                         lambda: ebs.get_snapshot_block(SnapshotId=sid, BlockIndex=0, BlockToken='invalid'),
                         lambda: ebs.start_snapshot(VolumeSize=1, ParentSnapshotId=open_one),
                         lambda: sneaky.start_snapshot(VolumeSize=1),
                         lambda: sneaky.put_snapshot_block(**{**block_of(open_one), 'BlockData': b'z' * 524288})):
                try:
                    print('no error', call())
                except ClientError as e:
                    print(e.response['Error']['Code'], e.response['ResponseMetadata']['HTTPStatusCode'], e.response.get('Reason'))
            """;

    private static TestCloud cloud;
    private static AccountId account;
    private static Reconcilers reconcilers;
    private static Thread hosts;
    private static volatile boolean closed;
    @TempDir static Path home;

    @BeforeAll
    static void open() {
        cloud = new TestCloud();
        account = cloud.account().id();
        reconcilers =
                new Reconcilers(
                        cloud.store,
                        cloud.fleet,
                        cloud.capacity,
                        new Reconcilers.Blocks(
                                cloud.storage,
                                new BlockSightings(Time.system()),
                                3,
                                Ids.secure(),
                                Duration.ofMinutes(10),
                                cloud.keys()),
                        new Reconcilers.Objects(new ObjectSightings(), List.of(), cloud.links()),
                        new InstanceEnd(cloud.networkInterfaces),
                        TestCloud.REGION,
                        64,
                        0,
                        Time.system());
        reconcilers.start(Set.of());
        for (int i = 10; i < 13; i++) {
            cloud.fleet.joinStorage(
                    new NodeId("node-%017x".formatted(i)), "us-east-1a", "storage-" + i);
        }
        hosts =
                Thread.startVirtualThread(() -> {
                    while (!closed) {
                        cloud.fleet.settle();
                        LockSupport.parkNanos(5_000_000);
                    }
                });
    }

    @AfterAll
    static void close() throws Exception {
        closed = true;
        hosts.join();
        reconcilers.close();
        cloud.close();
    }

    @Test
    void botoWritesReadsAndCompares() throws Exception {
        var outcome = run(List.of("python3", "-c", BOTO));
        assertThat(outcome.lines())
                .containsExactly(
                        "pending",
                        "same True",
                        "[7]",
                        "InvalidSignatureException 403 None",
                        "ValidationException 400 INVALID_BLOCK",
                        "ResourceNotFoundException 404 SNAPSHOT_NOT_FOUND",
                        "ValidationException 400 INVALID_BLOCK_TOKEN",
                        "ValidationException 400 INVALID_SNAPSHOT_ID",
                        "InvalidSignatureException 403 None",
                        "InvalidSignatureException 403 None");
    }

    @Test
    void theCommandLineWritesAndReads() throws Exception {
        byte[] data = new byte[Chunks.CHUNK];
        new Random(1).nextBytes(data);
        var file = Files.write(home.resolve("block"), data);
        var checksum =
                Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-256").digest(data));
        var id = aws("ebs", "start-snapshot", "--volume-size", "1", "--query", "SnapshotId");
        assertThat(
                        aws(
                                "ebs",
                                "put-snapshot-block",
                                "--snapshot-id",
                                id,
                                "--block-index",
                                "5",
                                "--data-length",
                                "524288",
                                "--block-data",
                                file.toString(),
                                "--checksum",
                                checksum,
                                "--checksum-algorithm",
                                "SHA256",
                                "--query",
                                "Checksum"))
                .isEqualTo(checksum);
        assertThat(
                        aws(
                                "ebs",
                                "complete-snapshot",
                                "--snapshot-id",
                                id,
                                "--changed-blocks-count",
                                "1",
                                "--query",
                                "Status"))
                .isEqualTo("pending");
        var state =
                List.of(
                        "ec2",
                        "describe-snapshots",
                        "--snapshot-ids",
                        id,
                        "--query",
                        "Snapshots[0].State");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> aws(state.toArray(String[]::new)).equals("completed"));
        var listed =
                aws(
                                "ebs",
                                "list-snapshot-blocks",
                                "--snapshot-id",
                                id,
                                "--query",
                                "Blocks[].[BlockIndex,BlockToken]")
                        .split("\t", -1);
        assertThat(listed[0]).isEqualTo("5");
        var copy = home.resolve("copy");
        aws(
                "ebs",
                "get-snapshot-block",
                "--snapshot-id",
                id,
                "--block-index",
                "5",
                "--block-token",
                listed[1],
                copy.toString());
        assertThat(Files.readAllBytes(copy)).isEqualTo(data);
    }

    private static String aws(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("aws", "--output", "text"));
        command.addAll(List.of(arguments));
        return run(command).strip();
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        var key = cloud.key(account);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        var environment = builder.environment();
        environment.put("AWS_ENDPOINT_URL", cloud.endpoint().toString());
        environment.put("AWS_ACCESS_KEY_ID", key.id().value());
        environment.put("AWS_SECRET_ACCESS_KEY", key.secret().reveal());
        environment.put("AWS_DEFAULT_REGION", "us-east-1");
        environment.put("AWS_EC2_METADATA_DISABLED", "true");
        environment.put("AWS_CONFIG_FILE", home.resolve("config").toString());
        environment.put("AWS_SHARED_CREDENTIALS_FILE", home.resolve("credentials").toString());
        environment.put("NO_PROXY", "127.0.0.1");
        var process = builder.start();
        try {
            process.getOutputStream().close();
            var output = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(output).isZero();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
