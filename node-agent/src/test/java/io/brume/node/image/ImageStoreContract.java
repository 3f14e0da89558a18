package io.brume.node.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.node.image.ImageStore.ImageSource;
import io.brume.node.image.ImageStore.StoredImage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every image store promises, the simulated one as well as the real. */
@Timeout(60)
public interface ImageStoreContract {
    String IMAGE = "ami-0aaaaaaaaaaaaaaa1";

    ImageStore store() throws Exception;

    /** The agent ends as by kill -9, and a new one looks at the host. */
    ImageStore restarted() throws Exception;

    /** The address of an image that can be imported. */
    String source() throws Exception;

    private StoredImage imported(ImageStore store) throws Exception {
        return imported(store, true);
    }

    private StoredImage imported(ImageStore store, boolean withDisk) throws Exception {
        return store.importImage(
                new ImageSource(IMAGE, source(), "", "", "", withDisk), percent -> {});
    }

    @Test
    default void importsAndKeeps() throws Exception {
        ImageStore store = store();
        assertThat(store.images()).isEmpty();
        List<Integer> progress = new CopyOnWriteArrayList<>();
        StoredImage image =
                store.importImage(
                        new ImageSource(IMAGE, source(), "", "", "", true), progress::add);
        assertThat(progress).allSatisfy(percent -> assertThat(percent).isBetween(0, 100));
        assertThat(image.virtualSizeBytes()).isPositive();
        assertThat(image.bootMode()).isIn("bios", "uefi", "uefi-preferred", "direct");
        assertThat(store.images()).containsOnlyKeys(IMAGE);
        assertThat(imported(store)).as("once is enough").isEqualTo(image);
        assertThat(restarted().images()).containsOnlyKeys(IMAGE);
    }

    @Test
    default void keepsTheDiskAsLongAsItIsWanted() throws Exception {
        ImageStore store = store();
        assertThat(imported(store, false).disk()).isEmpty();
        StoredImage image = imported(store, true);
        assertThat(image.disk()).isPresent();
        assertThat(imported(store, false)).as("nothing is to be done").isEqualTo(image);
        assertThat(restarted().images()).containsValue(image);
        store().dropDisk(IMAGE);
        store().dropDisk(IMAGE);
        assertThat(store().images().values())
                .singleElement()
                .satisfies(left -> assertThat(left.disk()).isEmpty());
        assertThat(restarted().images().values())
                .singleElement()
                .satisfies(left -> assertThat(left.disk()).isEmpty());
        store().dropDisk("ami-0aaaaaaaaaaaaaaa2");
    }

    @Test
    default void deletesImages() throws Exception {
        ImageStore store = store();
        imported(store);
        store.delete(IMAGE);
        store.delete(IMAGE);
        assertThat(store.images()).isEmpty();
        assertThat(restarted().images()).isEmpty();
    }

    @Test
    default void refusesSourcesThatAreNone() throws Exception {
        ImageStore store = store();
        for (String source : List.of("", "nonsense", "gopher://example.invalid/x")) {
            assertThatThrownBy(() ->
                            store.importImage(
                                    new ImageSource(IMAGE, source, "", "", "", true),
                                    percent -> {}))
                    .as(source)
                    .isInstanceOf(IOException.class);
        }
        assertThat(store.images()).isEmpty();
    }
}
