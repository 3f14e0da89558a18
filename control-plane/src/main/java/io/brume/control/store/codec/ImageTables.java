package io.brume.control.store.codec;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.image.ImportTask;
import io.brume.control.domain.image.ImportTaskId;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.store.Index;
import io.brume.store.KeyCodec;
import io.brume.store.PairKeyCodec;
import io.brume.store.Table;
import java.util.ArrayList;
import java.util.List;

/** Images and their imports: what is stored of them. */
public final class ImageTables {
    public static final PairKeyCodec<Owned<ImageId>, AccountId, ImageId> IMAGE_KEYS =
            Keys.owned(ImageId::new);
    public static final PairKeyCodec<Owned<ImportTaskId>, AccountId, ImportTaskId>
            IMPORT_TASK_KEYS = Keys.owned(ImportTaskId::new);

    /** Found without knowing the owner. */
    public static final Index<Owned<ImageId>, Image, ImageId> IMAGES_BY_ID =
            new Index<>(1, "id", Keys.id(ImageId::new), (key, image) -> List.of(key.id()));

    public static final Index<Owned<ImageId>, Image, Keys.Named> IMAGES_BY_NAME =
            new Index<>(
                    2,
                    "name",
                    Keys.named(),
                    (key, image) ->
                            image.isRegistered()
                                    ? List.of(new Keys.Named(key.account(), image.name()))
                                    : List.of());

    /** What an image's launch permissions grant: an account's number, or {@link #EVERYONE}. */
    public static final Index<Owned<ImageId>, Image, String> IMAGES_BY_GRANTEE =
            new Index<>(3, "grantee", KeyCodec.string(), (key, image) -> grantees(image));

    /** The grantee of public images. */
    public static final String EVERYONE = "all";

    /** The registered images that are made of a snapshot. */
    public static final Index<Owned<ImageId>, Image, SnapshotId> IMAGES_BY_SNAPSHOT =
            new Index<>(
                    4,
                    "snapshot",
                    Keys.id(SnapshotId::new),
                    (key, image) -> image.isRegistered() ? image.snapshots() : List.of());

    /** The other registered images that start with an image's kernel. */
    public static final Index<Owned<ImageId>, Image, ImageId> IMAGES_BY_BOOT_IMAGE =
            new Index<>(
                    5,
                    "boot-image",
                    Keys.id(ImageId::new),
                    (key, image) ->
                            image.isRegistered()
                                    ? image.bootImage().stream()
                                            .filter(boot -> !boot.equals(key.id()))
                                            .toList()
                                    : List.of());

    public static final Table<Owned<ImageId>, Image> IMAGES =
            Table.of(
                    50,
                    "images",
                    IMAGE_KEYS,
                    ImageCodecs.IMAGE,
                    IMAGES_BY_ID,
                    IMAGES_BY_NAME,
                    IMAGES_BY_GRANTEE,
                    IMAGES_BY_SNAPSHOT,
                    IMAGES_BY_BOOT_IMAGE);

    public static final Index<Owned<ImportTaskId>, ImportTask, Owned<ImageId>> TASKS_BY_IMAGE =
            new Index<>(1, "image", IMAGE_KEYS, (key, task) -> List.of(task.image()));
    public static final Table<Owned<ImportTaskId>, ImportTask> IMPORT_TASKS =
            Table.of(51, "import-tasks", IMPORT_TASK_KEYS, ImageCodecs.IMPORT_TASK, TASKS_BY_IMAGE);

    private ImageTables() {}

    private static List<String> grantees(Image image) {
        List<String> grantees = new ArrayList<>();
        if (image.launchPermissions().everyone()) {
            grantees.add(EVERYONE);
        }
        image.launchPermissions().accounts().forEach(account -> grantees.add(account.value()));
        return grantees;
    }
}
