package io.brume.node.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.node.image.ImageStore.DiskRequest;
import io.brume.node.image.ImageStore.ImageSource;
import io.brume.node.image.ImageStore.StoredImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every image store promises, the simulated one as well as the real. */
@Timeout(60)
public interface ImageStoreContract {
    String IMAGE = "ami-0aaaaaaaaaaaaaaa1";
    String INSTANCE = "i-0aaaaaaaaaaaaaaa1";
    String VOLUME = "vol-0aaaaaaaaaaaaaaa1";
    long DISK_BYTES = 2L << 30;

    ImageStore store() throws Exception;

    /** The agent ends as by kill -9, and a new one looks at the host. */
    ImageStore restarted() throws Exception;

    /** The address of an image that can be imported. */
    String source() throws Exception;

    private StoredImage imported(ImageStore store) throws Exception {
        return store.importImage(new ImageSource(IMAGE, source(), "", "", ""), percent -> {});
    }

    @Test
    default void importsAndKeeps() throws Exception {
        ImageStore store = store();
        assertThat(store.images()).isEmpty();
        List<Integer> progress = new CopyOnWriteArrayList<>();
        StoredImage image =
                store.importImage(new ImageSource(IMAGE, source(), "", "", ""), progress::add);
        assertThat(progress).allSatisfy(percent -> assertThat(percent).isBetween(0, 100));
        assertThat(image.virtualSizeBytes()).isPositive();
        assertThat(image.bootMode()).isIn("bios", "uefi", "uefi-preferred", "direct");
        assertThat(store.images()).containsOnlyKeys(IMAGE);
        assertThat(imported(store)).as("once is enough").isEqualTo(image);
        assertThat(restarted().images()).containsOnlyKeys(IMAGE);
    }

    @Test
    default void makesDisksOnce() throws Exception {
        ImageStore store = store();
        StoredImage image = imported(store);
        var request = new DiskRequest(INSTANCE, VOLUME, IMAGE, DISK_BYTES);
        assertThat(image.virtualSizeBytes()).isLessThan(DISK_BYTES);
        Path disk = store.createDisk(request);
        assertThat(store.createDisk(request)).isEqualTo(disk);
        assertThat(restarted().createDisk(request)).isEqualTo(disk);
        var blank = new DiskRequest(INSTANCE, "vol-0aaaaaaaaaaaaaaa2", "", 1 << 20);
        assertThat(store().createDisk(blank)).isNotEqualTo(disk);
        store().deleteDisk(INSTANCE, VOLUME);
        store().deleteDisk(INSTANCE, VOLUME);
        store().deleteDisk(INSTANCE, "vol-0aaaaaaaaaaaaaaa2");
    }

    @Test
    default void deletesImages() throws Exception {
        ImageStore store = store();
        StoredImage unused = imported(store);
        assertThat(unused.imageId()).isEqualTo(IMAGE);
        store.delete(IMAGE);
        store.delete(IMAGE);
        assertThat(store.images()).isEmpty();
        assertThatThrownBy(() ->
                        store.createDisk(new DiskRequest(INSTANCE, VOLUME, IMAGE, DISK_BYTES)))
                .isInstanceOf(IOException.class);
        assertThat(restarted().images()).isEmpty();
    }

    @Test
    default void refusesSourcesThatAreNone() throws Exception {
        ImageStore store = store();
        for (String source : List.of("", "nonsense", "gopher://example.invalid/x")) {
            assertThatThrownBy(() ->
                            store.importImage(
                                    new ImageSource(IMAGE, source, "", "", ""), percent -> {}))
                    .as(source)
                    .isInstanceOf(IOException.class);
        }
        assertThat(store.images()).isEmpty();
    }
}
