package io.brume.control.api.ec2;

import static io.brume.control.api.ec2.Tagged.text;
import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.shared.Filters;
import io.brume.common.aws.shared.Page;
import io.brume.common.id.Ids;
import io.brume.control.api.CallContext;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.ClientToken;
import io.brume.control.domain.Owned;
import io.brume.control.domain.image.Architecture;
import io.brume.control.domain.image.BootMode;
import io.brume.control.domain.image.DiskFormat;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageBlockDevice;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.image.ImageSource;
import io.brume.control.domain.image.ImageSources;
import io.brume.control.domain.image.ImageState;
import io.brume.control.domain.image.ImportTask;
import io.brume.control.domain.image.ImportTaskId;
import io.brume.control.domain.image.ImportTaskState;
import io.brume.control.domain.image.LaunchPermissions;
import io.brume.control.domain.image.ObjectPlace;
import io.brume.control.domain.tag.ResourceType;
import io.brume.control.domain.tag.Tag;
import io.brume.control.state.ClientTokens;
import io.brume.control.state.Images;
import io.brume.control.state.Rows;
import io.brume.control.state.Tags;
import io.brume.control.store.codec.ImageTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.CancelImportTaskRequest;
import software.amazon.awssdk.services.ec2.model.CancelImportTaskResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImportImageTasksRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImportImageTasksResponse;
import software.amazon.awssdk.services.ec2.model.ImageDiskContainer;
import software.amazon.awssdk.services.ec2.model.ImportImageRequest;
import software.amazon.awssdk.services.ec2.model.ImportImageResponse;
import software.amazon.awssdk.services.ec2.model.ImportImageTask;
import software.amazon.awssdk.services.ec2.model.SnapshotDetail;

/** Imports of images: begun, followed, cancelled. Hosts do the work and say how far they are. */
final class ImportImageOperations {
    private static final Filters<Tagged<ImportTask>> FILTERS =
            Filters.<Tagged<ImportTask>>table()
                    .value("task-state", text(ImportTask::state))
                    .tags(Tagged::tagMap)
                    .build();

    private final Calls calls;
    private final Ids ids;
    private final ImageSources sources;

    ImportImageOperations(Calls calls, Ids ids, ImageSources sources) {
        this.calls = requireNonNull(calls);
        this.ids = requireNonNull(ids);
        this.sources = requireNonNull(sources);
    }

    ImportImageResponse begin(ImportImageRequest request) {
        checkForm(request);
        ImageSource source = source(request.diskContainers().getFirst());
        Architecture architecture = ImageOperations.architecture(request.architecture());
        BootMode bootMode = ImageOperations.bootMode(request.bootModeAsString());
        String description = ImageOperations.checkedDescription(request.description());
        String platform = platform(request.platform());
        String license = license(request.licenseType());
        List<Tag> tags =
                TagSpecifications.of(request.tagSpecifications(), ResourceType.IMPORT_IMAGE_TASK);
        ImportTaskId taskId = ImportTaskId.create(ids);
        ImageId imageId = ImageId.create(ids);
        Instant now = Calls.now();
        Optional<ClientToken> token = CallContext.current().clientToken();
        Tagged<ImportTask> begun =
                calls.change((tx, account) -> {
                    Optional<ImportTask> earlier = token.flatMap(t -> earlier(tx, t, now));
                    if (earlier.isPresent()) {
                        ImportTask same = earlier.get();
                        return Tagged.read(tx, account, same.id(), same);
                    }
                    ImportTask task =
                            new ImportTask(
                                    account,
                                    taskId,
                                    description,
                                    ImportTaskState.ACTIVE,
                                    1,
                                    "pending",
                                    imageId,
                                    source,
                                    architecture,
                                    platform,
                                    license,
                                    now);
                    Image image = image(task, bootMode);
                    tx.put(ImageTables.IMPORT_TASKS, task.key(), task);
                    tx.put(ImageTables.IMAGES, image.key(), image);
                    Tags.put(tx, account, taskId, tags);
                    token.ifPresent(t -> ClientTokens.used(tx, t, taskId.value(), now));
                    return new Tagged<>(task, tags);
                });
        return response(begun);
    }

    private static Optional<ImportTask> earlier(Transaction tx, ClientToken token, Instant now) {
        return ClientTokens.earlier(tx, token, now)
                .map(id ->
                        tx.get(
                                ImageTables.IMPORT_TASKS,
                                new Owned<>(token.account(), new ImportTaskId(id))));
    }

    private static Image image(ImportTask task, @Nullable BootMode bootMode) {
        return new Image(
                task.account(),
                task.imageId(),
                task.id().value(),
                task.description(),
                task.architecture(),
                ImageState.PENDING,
                null,
                Optional.of(task.source()),
                bootMode,
                Optional.empty(),
                ImageOperations.DEFAULT_ROOT_DEVICE,
                List.of(
                        ImageBlockDevice.usual(
                                ImageOperations.DEFAULT_ROOT_DEVICE,
                                0,
                                ImageOperations.DEFAULT_VOLUME_TYPE,
                                true)),
                0,
                true,
                false,
                Optional.empty(),
                LaunchPermissions.NONE,
                task.created(),
                null);
    }

    private static void checkForm(ImportImageRequest request) {
        if (request.diskContainers().isEmpty()) {
            throw Faults.missing("DiskContainer");
        }
        if (request.diskContainers().size() > 1) {
            throw Faults.unsupported("An import of several disks");
        }
        if (Boolean.TRUE.equals(request.encrypted()) || request.kmsKeyId() != null) {
            throw Faults.unsupported("An encrypted import");
        }
    }

    private ImageSource source(ImageDiskContainer disk) {
        if (disk.snapshotId() != null) {
            throw Faults.unsupported("An import of a snapshot: register an image of it instead");
        }
        var inBucket = disk.userBucket();
        if (inBucket != null) {
            if (inBucket.s3Bucket() == null || inBucket.s3Key() == null) {
                throw Faults.missing("DiskContainer.1.UserBucket.S3Key");
            }
            return sources.checked(
                    new ObjectPlace(inBucket.s3Bucket(), inBucket.s3Key()).toString(),
                    disk.format());
        }
        if (disk.url() == null || disk.url().isEmpty()) {
            throw Faults.missing("DiskContainer.1.Url");
        }
        return sources.checked(disk.url(), disk.format());
    }

    private static String platform(@Nullable String text) {
        if (text == null) {
            return "Linux";
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "linux" -> "Linux";
            case "windows" -> "Windows";
            default ->
                    throw Faults.invalidValue(
                            "Value (%s) for parameter platform is invalid. Valid: Linux, Windows."
                                    .formatted(text));
        };
    }

    private static String license(@Nullable String text) {
        String license = text == null ? "BYOL" : text;
        if (!license.equals("BYOL") && !license.equals("AWS")) {
            throw Faults.invalidValue(
                    "Value (%s) for parameter licenseType is invalid. Valid: BYOL, AWS."
                            .formatted(license));
        }
        return license;
    }

    private static void where(SnapshotDetail.Builder detail, ImageSource source) {
        source.place()
                .ifPresentOrElse(
                        place ->
                                detail.userBucket(
                                        b -> b.s3Bucket(place.bucket()).s3Key(place.key())),
                        () -> detail.url(source.url()));
    }

    DescribeImportImageTasksResponse describe(DescribeImportImageTasksRequest request) {
        var wanted = FILTERS.matcher(request.filters());
        List<ImportTaskId> named =
                request.importTaskIds().stream().map(ImportTaskId::parse).toList();
        List<Tagged<ImportTask>> all =
                calls.view((tx, account) ->
                        Rows.of(
                                        tx,
                                        ImageTables.IMPORT_TASKS,
                                        ImageTables.IMPORT_TASK_KEYS.startingWith(account))
                                .stream()
                                .map(task -> Tagged.read(tx, account, task.id(), task))
                                .toList());
        List<Tagged<ImportTask>> found =
                Named.select(all, named, task -> task.it().id()).stream().filter(wanted).toList();
        Page<Tagged<ImportTask>> page =
                calls.page(request, named, found, task -> task.it().id().value());
        return DescribeImportImageTasksResponse.builder()
                .importImageTasks(page.items().stream().map(ImportImageOperations::show).toList())
                .nextToken(page.nextToken())
                .build();
    }

    CancelImportTaskResponse cancel(CancelImportTaskRequest request) {
        if (request.importTaskId() == null) {
            throw Faults.missing("ImportTaskId");
        }
        ImportTaskId id = ImportTaskId.parse(request.importTaskId());
        ImportTask before = calls.change((tx, account) -> cancel(tx, account, id));
        return CancelImportTaskResponse.builder()
                .importTaskId(id.value())
                .previousState(before.state().toString())
                .state(ImportTaskState.DELETING.toString())
                .build();
    }

    private static ImportTask cancel(Transaction tx, AccountId account, ImportTaskId id) {
        ImportTask task = require(tx, account, id);
        if (task.state() != ImportTaskState.ACTIVE) {
            throw Fault.conflict(
                    "IncorrectState",
                    "The import task %s is %s and cannot be cancelled."
                            .formatted(id, task.state()));
        }
        Image image = tx.get(ImageTables.IMAGES, task.image());
        if (image != null) {
            Images.deregister(tx, image);
        }
        ImportTask cancelled =
                task.in(ImportTaskState.DELETED, task.progressPercent(), "cancelled");
        tx.put(ImageTables.IMPORT_TASKS, cancelled.key(), cancelled);
        return task;
    }

    private static ImportTask require(ReadTransaction tx, AccountId account, ImportTaskId id) {
        ImportTask task = tx.get(ImageTables.IMPORT_TASKS, new Owned<>(account, id));
        if (task == null) {
            throw id.notFound();
        }
        return task;
    }

    private static ImportImageResponse response(Tagged<ImportTask> tagged) {
        ImportImageTask task = show(tagged);
        return ImportImageResponse.builder()
                .importTaskId(task.importTaskId())
                .imageId(task.imageId())
                .architecture(task.architecture())
                .description(task.description())
                .hypervisor(task.hypervisor())
                .licenseType(task.licenseType())
                .platform(task.platform())
                .progress(task.progress())
                .status(task.status())
                .statusMessage(task.statusMessage())
                .snapshotDetails(task.snapshotDetails())
                .encrypted(false)
                .tags(task.tags())
                .build();
    }

    private static ImportImageTask show(Tagged<ImportTask> tagged) {
        ImportTask task = tagged.it();
        boolean completed = task.state() == ImportTaskState.COMPLETED;
        boolean active = task.state() == ImportTaskState.ACTIVE;
        DiskFormat format = task.source().format();
        return ImportImageTask.builder()
                .importTaskId(task.id().value())
                .imageId(completed ? task.imageId().value() : null)
                .architecture(task.architecture().toString())
                .description(task.description().isEmpty() ? null : task.description())
                .hypervisor("xen")
                .licenseType(task.licenseType())
                .platform(task.platform())
                .progress(active ? Integer.toString(task.progressPercent()) : null)
                .status(task.state().toString())
                .statusMessage(task.statusMessage().isEmpty() ? null : task.statusMessage())
                .snapshotDetails(
                        List.of(
                                SnapshotDetail.builder()
                                        .applyMutation(detail -> where(detail, task.source()))
                                        .format(
                                                format == null
                                                        ? null
                                                        : format.toString()
                                                                .toUpperCase(Locale.ROOT))
                                        .status(task.state().toString())
                                        .build()))
                .encrypted(false)
                .tags(tagged.shownTags())
                .build();
    }
}
