package io.brume.common.raft;

import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Ratis's settings for ours. */
final class RatisProperties {
    /** The largest entry; the log's write buffer must be larger. */
    private static final SizeInBytes ENTRY = SizeInBytes.valueOf("4MB");

    /** How long a new member may say nothing, in election timeouts. */
    private static final int STAGING = 15;

    private static final int PREALLOCATED = 8 * 1024 * 1024;

    private RatisProperties() {}

    static RaftProperties of(RaftSettings settings) {
        RaftProperties properties = new RaftProperties();
        RaftConfigKeys.Rpc.setType(properties, SupportedRpcType.GRPC);
        storage(properties, settings);
        log(properties, settings);
        timing(properties, settings);
        reads(properties);
        checkpoints(properties, settings);
        network(properties, settings);
        return properties;
    }

    private static void storage(RaftProperties properties, RaftSettings settings) {
        File directory = settings.directory().toFile();
        RaftServerConfigKeys.setStorageDir(properties, List.of(directory));
        RaftServerConfigKeys.setRemovedGroupsDir(properties, new File(directory, "removed"));
    }

    private static void log(RaftProperties properties, RaftSettings settings) {
        // Nothing is acknowledged before its fsync: neither asynchronous nor "unsafe" flushes.
        RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, false);
        RaftServerConfigKeys.Log.setAsyncFlushEnabled(properties, false);
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, ENTRY);
        RaftServerConfigKeys.Log.setWriteBufferSize(properties, SizeInBytes.valueOf("8MB"));
        int segment = settings.tuning().segmentBytes();
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf(segment));
        RaftServerConfigKeys.Log.setPreallocatedSize(
                properties, SizeInBytes.valueOf(Math.min(segment, PREALLOCATED)));
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf("64MB"));
        // An entry that notes the commit index would follow every entry and double the fsyncs.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        // A member that lags is sent a checkpoint rather than kept in everybody's log.
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
        RaftServerConfigKeys.Write.setByteLimit(properties, SizeInBytes.valueOf("64MB"));
        // Requests are never repeated under one number, so that nothing is looked up here.
        RaftServerConfigKeys.RetryCache.setExpiryTime(
                properties, TimeDuration.valueOf(1, TimeUnit.SECONDS));
    }

    private static void timing(RaftProperties properties, RaftSettings settings) {
        Duration timeout = settings.tuning().electionTimeout();
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(timeout));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(timeout.multipliedBy(2)));
        if (settings.founders().size() == 1) {
            // Nobody else can lead: do not wait for a silence to end.
            RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(
                    properties, millis(Duration.ofMillis(10)));
            RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(
                    properties, millis(Duration.ofMillis(30)));
        }
        // A machine that slept is not a reason to stop for good.
        RaftServerConfigKeys.setCloseThreshold(properties, millis(Duration.ofDays(365)));
        // A new member says nothing while it takes up a checkpoint, which may be gigabytes.
        RaftServerConfigKeys.setStagingTimeout(properties, millis(timeout.multipliedBy(STAGING)));
        RaftServerConfigKeys.LeaderElection.setMemberMajorityAdd(properties, true);
        RaftServerConfigKeys.LeaderElection.setPreVote(properties, true);
    }

    private static void reads(RaftProperties properties) {
        RaftServerConfigKeys.Read.setOption(
                properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
        RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, true);
        RaftServerConfigKeys.Read.setTimeout(properties, millis(Duration.ofSeconds(5)));
    }

    private static void checkpoints(RaftProperties properties, RaftSettings settings) {
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(
                properties, settings.tuning().checkpointEvery());
        RaftServerConfigKeys.Snapshot.setCreationGap(properties, 1);
        RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, true);
        RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, true);
        RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(
                properties, SizeInBytes.valueOf("1MB"));
    }

    private static void network(RaftProperties properties, RaftSettings settings) {
        GrpcConfigKeys.Server.setHost(properties, settings.bindHost());
        GrpcConfigKeys.Server.setPort(properties, settings.self().port());
        GrpcConfigKeys.setMessageSizeMax(properties, SizeInBytes.valueOf("16MB"));
    }

    static Parameters parameters(RaftSettings settings) {
        Parameters parameters = new Parameters();
        RaftTls tls = settings.tls();
        if (tls != null) {
            GrpcConfigKeys.TLS.setConf(
                    parameters, new GrpcTlsConfig(tls.keys(), tls.trust(), true));
        }
        return parameters;
    }

    private static TimeDuration millis(Duration duration) {
        return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
    }
}
