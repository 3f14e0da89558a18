package io.brume.control.store.codec;

import static io.brume.control.store.codec.Messages.instant;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.StateReason;
import io.brume.control.domain.image.Architecture;
import io.brume.control.domain.image.BootMode;
import io.brume.control.domain.image.DiskFormat;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageBlockDevice;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.image.ImageSource;
import io.brume.control.domain.image.ImageState;
import io.brume.control.domain.image.ImportTask;
import io.brume.control.domain.image.ImportTaskId;
import io.brume.control.domain.image.ImportTaskState;
import io.brume.control.domain.image.LaunchPermissions;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.proto.state.v1.ImageRecord;
import io.brume.proto.state.v1.ImageSourceRecord;
import io.brume.proto.state.v1.ImportTaskRecord;
import io.brume.store.Codec;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The stored form of images and their imports. */
final class ImageCodecs {
    static final Codec<Image> IMAGE =
            Messages.codec(ImageRecord.parser(), ImageCodecs::message, ImageCodecs::image);
    static final Codec<ImportTask> IMPORT_TASK =
            Messages.codec(ImportTaskRecord.parser(), ImageCodecs::message, ImageCodecs::task);

    private ImageCodecs() {}

    private static ImageRecord message(Image image) {
        ImageRecord.Builder m =
                ImageRecord.newBuilder()
                        .setAccountId(image.account().value())
                        .setImageId(image.id().value())
                        .setName(image.name())
                        .setDescription(image.description())
                        .setArchitecture(image.architecture().toString())
                        .setState(image.state().toString())
                        .setRootDeviceName(image.rootDeviceName())
                        .setVirtualSizeBytes(image.virtualSizeBytes())
                        .setEnaSupport(image.enaSupport())
                        .setTokensRequired(image.tokensRequired())
                        .setLaunchableByEveryone(image.launchPermissions().everyone())
                        .setCreatedMillis(image.created().toEpochMilli());
        image.source().ifPresent(source -> m.setSource(message(source)));
        image.bootImage().ifPresent(boot -> m.setBootImageId(boot.value()));
        image.sourceInstance().ifPresent(one -> m.setSourceInstanceId(one.value()));
        image.launchPermissions().accounts().stream()
                .sorted()
                .forEach(account -> m.addLaunchableBy(account.value()));
        image.blockDevices().forEach(device -> m.addBlockDevices(message(device)));
        StateReason reason = image.stateReason();
        if (reason != null) {
            m.setStateReason(
                    ImageRecord.StateReason.newBuilder()
                            .setCode(reason.code())
                            .setMessage(reason.message()));
        }
        BootMode bootMode = image.bootMode();
        if (bootMode != null) {
            m.setBootMode(bootMode.toString());
        }
        Instant deprecated = image.deprecated();
        if (deprecated != null) {
            m.setDeprecatedMillis(deprecated.toEpochMilli());
        }
        return m.build();
    }

    private static ImageRecord.BlockDevice message(ImageBlockDevice device) {
        ImageRecord.BlockDevice.Builder m =
                ImageRecord.BlockDevice.newBuilder()
                        .setDeviceName(device.deviceName())
                        .setSizeGib(device.sizeGib())
                        .setVolumeType(device.volumeType())
                        .setDeleteOnTermination(device.deleteOnTermination())
                        .setEncrypted(device.encrypted());
        device.snapshot().ifPresent(snapshot -> m.setSnapshotId(snapshot.value()));
        Integer iops = device.iops();
        if (iops != null) {
            m.setIops(iops);
        }
        Integer throughput = device.throughput();
        if (throughput != null) {
            m.setThroughput(throughput);
        }
        return m.build();
    }

    private static Image image(ImageRecord m) {
        Set<AccountId> accounts =
                m.getLaunchableByList().stream()
                        .map(AccountId::new)
                        .collect(Collectors.toUnmodifiableSet());
        return new Image(
                new AccountId(m.getAccountId()),
                new ImageId(m.getImageId()),
                m.getName(),
                m.getDescription(),
                Architecture.of(m.getArchitecture()).orElseThrow(),
                ImageState.of(m.getState()).orElseThrow(),
                m.hasStateReason()
                        ? new StateReason(
                                m.getStateReason().getCode(), m.getStateReason().getMessage())
                        : null,
                m.hasSource() ? Optional.of(source(m.getSource())) : Optional.empty(),
                BootMode.of(m.getBootMode()).orElse(null),
                m.getBootImageId().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new ImageId(m.getBootImageId())),
                m.getRootDeviceName(),
                m.getBlockDevicesList().stream().map(ImageCodecs::blockDevice).toList(),
                m.getVirtualSizeBytes(),
                m.getEnaSupport(),
                m.getTokensRequired(),
                m.getSourceInstanceId().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new InstanceId(m.getSourceInstanceId())),
                new LaunchPermissions(m.getLaunchableByEveryone(), accounts),
                instant(m.getCreatedMillis()),
                m.hasDeprecatedMillis() ? instant(m.getDeprecatedMillis()) : null);
    }

    private static ImageBlockDevice blockDevice(ImageRecord.BlockDevice m) {
        return new ImageBlockDevice(
                m.getDeviceName(),
                m.getSnapshotId().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new SnapshotId(m.getSnapshotId())),
                m.getSizeGib(),
                m.getVolumeType(),
                m.getIops() == 0 ? null : Integer.valueOf(m.getIops()),
                m.getThroughput() == 0 ? null : Integer.valueOf(m.getThroughput()),
                m.getDeleteOnTermination(),
                m.getEncrypted());
    }

    private static ImageSourceRecord message(ImageSource source) {
        DiskFormat format = source.format();
        return ImageSourceRecord.newBuilder()
                .setUrl(source.url())
                .setFormat(format == null ? "" : format.toString())
                .setSha256(source.sha256())
                .build();
    }

    private static ImageSource source(ImageSourceRecord m) {
        return new ImageSource(
                m.getUrl(), DiskFormat.of(m.getFormat()).orElse(null), m.getSha256());
    }

    private static ImportTaskRecord message(ImportTask task) {
        return ImportTaskRecord.newBuilder()
                .setAccountId(task.account().value())
                .setImportTaskId(task.id().value())
                .setDescription(task.description())
                .setState(task.state().toString())
                .setProgressPercent(task.progressPercent())
                .setStatusMessage(task.statusMessage())
                .setImageId(task.imageId().value())
                .setSource(message(task.source()))
                .setArchitecture(task.architecture().toString())
                .setPlatform(task.platform())
                .setLicenseType(task.licenseType())
                .setCreatedMillis(task.created().toEpochMilli())
                .build();
    }

    private static ImportTask task(ImportTaskRecord m) {
        return new ImportTask(
                new AccountId(m.getAccountId()),
                new ImportTaskId(m.getImportTaskId()),
                m.getDescription(),
                ImportTaskState.of(m.getState()).orElseThrow(),
                m.getProgressPercent(),
                m.getStatusMessage(),
                new ImageId(m.getImageId()),
                source(m.getSource()),
                Architecture.of(m.getArchitecture()).orElseThrow(),
                m.getPlatform(),
                m.getLicenseType(),
                instant(m.getCreatedMillis()));
    }
}
