package io.brume.node.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.image.ImageStore;
import io.brume.node.image.ImageStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedImageStoreTest implements ImageStoreContract {
    @TempDir Path folder;
    private SimulatedImageStore store;

    @BeforeEach
    void begin() {
        store = new SimulatedImageStore(SimulationOptions.lifelike(folder));
    }

    @Override
    public ImageStore store() {
        return store;
    }

    @Override
    public ImageStore restarted() {
        begin();
        return store;
    }

    @Override
    public String source() {
        return "file:/simulated.raw";
    }

    @Test
    void showsItsDisks() throws Exception {
        var blank = new ImageStore.DiskRequest(INSTANCE, VOLUME, "", 1);
        assertThat(store.createDisk(blank)).isNotNull();
        assertThat(store.disks()).containsExactly(INSTANCE + "," + VOLUME);
    }
}
