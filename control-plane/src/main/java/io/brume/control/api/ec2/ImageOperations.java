package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.shared.Page;
import io.brume.common.id.Ids;
import io.brume.control.api.CallContext;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.image.Architecture;
import io.brume.control.domain.image.BootMode;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.image.ImageSource;
import io.brume.control.domain.image.ImageSources;
import io.brume.control.domain.image.ImageState;
import io.brume.control.domain.image.LaunchPermissions;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.tag.ResourceType;
import io.brume.control.domain.tag.Tag;
import io.brume.control.state.Images;
import io.brume.control.state.Rows;
import io.brume.control.state.Snapshots;
import io.brume.control.state.Tags;
import io.brume.control.store.codec.ImageTables;
import io.brume.control.store.codec.Keys;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotReturnCode;
import software.amazon.awssdk.services.ec2.model.DeregisterImageRequest;
import software.amazon.awssdk.services.ec2.model.DeregisterImageResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImagesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.RegisterImageResponse;
import software.amazon.awssdk.services.ec2.model.SnapshotReturnCodes;

/** Images: registered from a disk or bundle, described, deregistered. */
final class ImageOperations {
    static final String DEFAULT_ROOT_DEVICE = "/dev/xvda";
    static final String DEFAULT_VOLUME_TYPE = "gp3";
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9()\\[\\] ./\\-'@_]{3,128}");
    private static final int MAX_DESCRIPTION = 255;

    private final Calls calls;
    private final Ids ids;
    private final ImageSources sources;
    private final ImageView view;

    ImageOperations(Calls calls, Ids ids, ImageSources sources, ImageView view) {
        this.calls = requireNonNull(calls);
        this.ids = requireNonNull(ids);
        this.sources = requireNonNull(sources);
        this.view = requireNonNull(view);
    }

    DescribeImagesResponse describe(DescribeImagesRequest request) {
        AccountId viewer = CallContext.current().account();
        var wanted = view.filters(viewer).matcher(request.filters());
        List<ImageId> named = request.imageIds().stream().map(ImageId::parse).toList();
        boolean withDeprecated =
                Boolean.TRUE.equals(request.includeDeprecated()) || !named.isEmpty();
        Instant now = Calls.now();
        List<Tagged<Image>> found =
                calls.view((tx, account) ->
                        Named.select(visible(tx, account), named, Image::id).stream()
                                .filter(image -> ownedAsAsked(image, account, request))
                                .filter(i -> executableAsAsked(i, account, request))
                                .filter(i -> withDeprecated || isShown(i, account, now))
                                .map(i -> Tagged.read(tx, account, i.id(), i))
                                .filter(wanted)
                                .toList());
        Page<Tagged<Image>> page =
                calls.page(request, named, found, image -> image.it().id().value());
        return DescribeImagesResponse.builder()
                .images(page.items().stream().map(image -> view.show(image, viewer)).toList())
                .nextToken(page.nextToken())
                .build();
    }

    /** The account's own, those shared with it, and the public ones; by id. */
    private static List<Image> visible(ReadTransaction tx, AccountId account) {
        Map<ImageId, Image> images = new TreeMap<>();
        List<Image> all = new ArrayList<>();
        all.addAll(Rows.of(tx, ImageTables.IMAGES, ImageTables.IMAGE_KEYS.startingWith(account)));
        for (String grantee : List.of(account.value(), ImageTables.EVERYONE)) {
            all.addAll(Rows.of(tx, ImageTables.IMAGES, ImageTables.IMAGES_BY_GRANTEE, grantee));
        }
        all.stream().filter(Image::isRegistered).forEach(image -> images.put(image.id(), image));
        return List.copyOf(images.values());
    }

    private static boolean isShown(Image image, AccountId viewer, Instant now) {
        Instant deprecated = image.deprecated();
        return image.account().equals(viewer) || deprecated == null || deprecated.isAfter(now);
    }

    private boolean ownedAsAsked(Image image, AccountId viewer, DescribeImagesRequest request) {
        return request.owners().isEmpty()
                || request.owners().stream()
                        .anyMatch(owner ->
                                switch (owner) {
                                    case "self" -> image.account().equals(viewer);
                                    case "amazon" -> view.isClouds(image);
                                    default -> image.account().value().equals(owner);
                                });
    }

    private static boolean executableAsAsked(
            Image image, AccountId viewer, DescribeImagesRequest request) {
        return request.executableUsers().isEmpty()
                || request.executableUsers().stream()
                        .anyMatch(user -> {
                            LaunchPermissions permissions = image.launchPermissions();
                            return switch (user) {
                                case "all" -> permissions.everyone();
                                case "self" -> permissions.accounts().contains(viewer);
                                default ->
                                        permissions.accounts().stream()
                                                .anyMatch(a -> a.value().equals(user));
                            };
                        });
    }

    RegisterImageResponse register(RegisterImageRequest request) {
        String name = checkedName(request.name());
        checkForm(request);
        Optional<ImageSource> source =
                isEmpty(request.imageLocation())
                        ? Optional.empty()
                        : Optional.of(sources.checked(request.imageLocation(), null));
        Architecture architecture = architecture(request.architectureAsString());
        BootMode bootMode = bootMode(request.bootModeAsString());
        String description = checkedDescription(request.description());
        String root = rootDevice(request.rootDeviceName());
        List<Tag> tags = TagSpecifications.of(request.tagSpecifications(), ResourceType.IMAGE);
        ImageId id = ImageId.create(ids);
        Instant now = Calls.now();
        calls.change((tx, account) -> {
            checkNameIsFree(tx, account, name);
            Image image =
                    new Image(
                            account,
                            id,
                            name,
                            description,
                            architecture,
                            source.isPresent() ? ImageState.PENDING : ImageState.AVAILABLE,
                            null,
                            source,
                            bootMode,
                            Optional.empty(),
                            root,
                            ImageDevices.registered(
                                    tx,
                                    account,
                                    root,
                                    request.blockDeviceMappings(),
                                    source.isPresent()),
                            0,
                            !Boolean.FALSE.equals(request.enaSupport()),
                            "v2.0".equals(request.imdsSupportAsString()),
                            Optional.empty(),
                            LaunchPermissions.NONE,
                            now,
                            null);
            if (source.isEmpty() && image.rootSnapshot().isEmpty()) {
                throw Faults.missing("ImageLocation");
            }
            tx.put(ImageTables.IMAGES, image.key(), image);
            Tags.put(tx, account, id, tags);
            return image;
        });
        return RegisterImageResponse.builder().imageId(id.value()).build();
    }

    /** An image is made of snapshots, or read from a location. */
    private static void checkForm(RegisterImageRequest request) {
        String virtualization = request.virtualizationType();
        if (virtualization != null && !virtualization.equals("hvm")) {
            throw Faults.invalidValue(
                    "Value (%s) for parameter virtualizationType is invalid. Only hvm is supported."
                            .formatted(virtualization));
        }
        String imds = request.imdsSupportAsString();
        if (imds != null && !imds.equals("v2.0")) {
            throw Faults.invalidValue(
                    "Value (%s) for parameter imdsSupport is invalid.".formatted(imds));
        }
        if (request.kernelId() != null || request.ramdiskId() != null) {
            throw Faults.unsupported("An image with a kernel or RAM disk of its own");
        }
        boolean snapshots =
                request.blockDeviceMappings().stream()
                        .anyMatch(mapping ->
                                mapping.ebs() != null && mapping.ebs().snapshotId() != null);
        if (isEmpty(request.imageLocation()) && !snapshots) {
            throw Faults.missing("ImageLocation");
        }
    }

    private static boolean isEmpty(@Nullable String text) {
        return text == null || text.isEmpty();
    }

    private static String rootDevice(@Nullable String text) {
        if (text == null) {
            return DEFAULT_ROOT_DEVICE;
        }
        return ImageDevices.checkedName(text);
    }

    /** A processor that hosts may have; x86_64 unless said. */
    static Architecture architecture(@Nullable String text) {
        return text == null
                ? Architecture.X86_64
                : Architecture.of(text)
                        .orElseThrow(() ->
                                Faults.invalidValue(
                                        "Value (%s) for parameter architecture is invalid."
                                                        .formatted(text)
                                                + " Valid: x86_64, arm64."));
    }

    static @Nullable BootMode bootMode(@Nullable String text) {
        return text == null
                ? null
                : BootMode.of(text)
                        .orElseThrow(() ->
                                Faults.invalidValue(
                                        "Value (%s) for parameter bootMode is invalid."
                                                .formatted(text)));
    }

    static String checkedDescription(@Nullable String text) {
        String description = text == null ? "" : text;
        if (description.length() > MAX_DESCRIPTION) {
            throw Faults.invalidValue(
                    "The description is longer than the limit of 255 characters.");
        }
        return description;
    }

    static String checkedName(@Nullable String name) {
        if (name == null) {
            throw Faults.missing("name");
        }
        if (!NAME.matcher(name).matches()) {
            throw Fault.invalid(
                    "InvalidAMIName.Malformed",
                    "AMI names must be between 3 and 128 characters long, and may contain letters,"
                            + " numbers, '(', ')', '.', '-', '/' and '_'");
        }
        return name;
    }

    static void checkNameIsFree(ReadTransaction tx, AccountId account, String name) {
        tx
                .lookup(
                        ImageTables.IMAGES,
                        ImageTables.IMAGES_BY_NAME,
                        new Keys.Named(account, name),
                        1)
                .stream()
                .findFirst()
                .ifPresent(row -> {
                    throw Fault.conflict(
                            "InvalidAMIName.Duplicate",
                            "AMI name %s is already in use by AMI %s"
                                    .formatted(name, row.key().id()));
                });
    }

    DeregisterImageResponse deregister(DeregisterImageRequest request) {
        ImageId id = parse(request.imageId());
        List<DeleteSnapshotReturnCode> deleted = new ArrayList<>();
        calls.change((tx, account) -> {
            Image image = requireOwn(tx, account, id);
            Images.deregister(tx, image);
            Images.cancelImport(tx, image);
            deleted.clear();
            if (Boolean.TRUE.equals(request.deleteAssociatedSnapshots())) {
                image.snapshots().forEach(snapshot -> deleted.add(delete(tx, account, snapshot)));
            }
            return image;
        });
        return DeregisterImageResponse.builder()
                .returnValue(true)
                .deleteSnapshotResults(deleted.isEmpty() ? null : List.copyOf(deleted))
                .build();
    }

    /** A snapshot that other images, too, are made of stays, as does one of another account. */
    private static DeleteSnapshotReturnCode delete(
            Transaction tx, AccountId account, SnapshotId id) {
        var snapshot = Snapshots.find(tx, id).filter(one -> one.isListed()).orElse(null);
        SnapshotReturnCodes code;
        if (snapshot == null || Images.isMadeOf(tx, id)) {
            code = SnapshotReturnCodes.SKIPPED;
        } else if (!snapshot.account().equals(account)) {
            code = SnapshotReturnCodes.MISSING_PERMISSIONS;
        } else {
            Snapshots.delete(tx, snapshot);
            code = SnapshotReturnCodes.SUCCESS;
        }
        return DeleteSnapshotReturnCode.builder().snapshotId(id.value()).returnCode(code).build();
    }

    static ImageId parse(@Nullable String id) {
        if (id == null) {
            throw Faults.missing("ImageId");
        }
        return ImageId.parse(id);
    }

    /** An image that only its owner may change. */
    static Image requireOwn(ReadTransaction tx, AccountId account, ImageId id) {
        Image image = Images.require(tx, account, id);
        if (!image.account().equals(account)) {
            throw Fault.denied("AuthFailure", "Not authorized for image:" + id);
        }
        return image;
    }
}
