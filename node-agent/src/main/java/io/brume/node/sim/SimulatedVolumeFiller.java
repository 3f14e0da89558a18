package io.brume.node.sim;

import static java.util.Objects.requireNonNull;

import io.brume.node.image.VolumeFiller;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Fills volumes that have no bytes: it takes as long as an import. Thread-safe. */
public final class SimulatedVolumeFiller implements VolumeFiller {
    private final SimulationOptions options;
    private final SimulatedFaults faults;
    private final SimulatedFolder folder;
    private final Map<String, String> filled = new ConcurrentHashMap<>();

    public SimulatedVolumeFiller(SimulationOptions options) {
        this.options = requireNonNull(options);
        this.faults = new SimulatedFaults(options);
        this.folder = new SimulatedFolder(options.state(), "filled");
        filled.putAll(folder.all());
    }

    @Override
    public void fill(Target volume, Source source, Consumer<Integer> progress) throws IOException {
        progress.accept(0);
        faults.take(options.importTakes());
        faults.mayFail("the volume cannot be filled");
        progress.accept(100);
        filled.put(volume.volumeId(), source.id());
        folder.put(volume.volumeId(), source.id());
    }

    @Override
    public boolean isFilled(String volumeId, String sourceId) {
        return sourceId.equals(filled.get(volumeId));
    }

    @Override
    public void forget(String volumeId) {
        filled.remove(volumeId);
        folder.remove(volumeId);
    }
}
