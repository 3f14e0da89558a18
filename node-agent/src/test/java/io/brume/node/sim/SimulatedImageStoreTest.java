package io.brume.node.sim;

import io.brume.node.image.ImageStore;
import io.brume.node.image.ImageStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
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
}
