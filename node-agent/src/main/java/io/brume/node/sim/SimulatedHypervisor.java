package io.brume.node.sim;

import static java.util.Objects.requireNonNull;

import io.brume.common.concurrent.BytePipe;
import io.brume.node.instance.Acceleration;
import io.brume.node.instance.GuestExit;
import io.brume.node.instance.GuestSpec;
import io.brume.node.instance.GuestState;
import io.brume.node.instance.Hypervisor;
import io.brume.node.instance.SerialConsole;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Guests that are no more than a few words each: hundreds on one host cost nothing. A guest that is
 * asked to shut down does so after a while, unless it was told to ignore that. Thread-safe.
 */
public final class SimulatedHypervisor implements Hypervisor, AutoCloseable {
    private final SimulationOptions options;
    private final SimulatedFaults faults;
    private final SimulatedFolder folder;
    private final Map<String, GuestState> guests = new HashMap<>();
    private final Set<String> deaf = new HashSet<>();
    private final Set<String> clinging = new HashSet<>();
    private final Map<String, Set<String>> volumes = new HashMap<>();
    private final SimulatedFolder plugs;
    private final List<Consumer<GuestExit>> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("simulated-guests").factory());

    public SimulatedHypervisor(SimulationOptions options) {
        this.options = requireNonNull(options);
        this.faults = new SimulatedFaults(options);
        this.folder = new SimulatedFolder(options.state(), "guests");
        folder.all().forEach((id, text) -> guests.put(id, parse(id, text)));
        this.plugs = new SimulatedFolder(options.state(), "plugs");
        plugs.all().forEach((id, text) -> volumes.put(id, new HashSet<>(text.lines().toList())));
    }

    private static GuestState parse(String id, String text) {
        String[] words = text.split("\n", 3);
        long epoch = Long.parseLong(words[0]);
        if (words[1].equals("running")) {
            return new GuestState(true, epoch, Optional.empty());
        }
        return new GuestState(
                false,
                epoch,
                Optional.of(new GuestExit(id, epoch, GuestExit.Cause.valueOf(words[1]), words[2])));
    }

    private void keep(String id, GuestState state) {
        guests.put(id, state);
        String how =
                state.exit()
                        .map(exit -> exit.cause().name() + "\n" + exit.reason())
                        .orElse("running\n");
        folder.put(id, state.runEpoch() + "\n" + how);
    }

    /** This guest does not listen when it is asked to shut down. */
    public synchronized void ignorePowerDown(String instanceId) {
        deaf.add(instanceId);
    }

    /** This guest does not let go of volumes when it is asked to. */
    public synchronized void cling(String instanceId) {
        clinging.add(instanceId);
    }

    /** The guest ends by itself. */
    public void end(String instanceId, GuestExit.Cause cause, String reason) {
        end(instanceId, -1, cause, reason);
    }

    private void end(String instanceId, long onlyEpoch, GuestExit.Cause cause, String reason) {
        GuestExit exit;
        synchronized (this) {
            GuestState guest = guests.get(instanceId);
            if (guest == null
                    || !guest.running()
                    || (onlyEpoch >= 0 && guest.runEpoch() != onlyEpoch)) {
                return;
            }
            exit = new GuestExit(instanceId, guest.runEpoch(), cause, reason);
            keep(instanceId, new GuestState(false, guest.runEpoch(), Optional.of(exit)));
            keepVolumes(instanceId, Set.of());
        }
        folder.log("events", "end " + instanceId + " " + exit.runEpoch() + " " + cause);
        listeners.forEach(listener -> listener.accept(exit));
    }

    @Override
    public synchronized Map<String, GuestState> guests() {
        return Map.copyOf(guests);
    }

    @Override
    public void start(GuestSpec spec) throws IOException {
        if (isRunning(spec.instanceId())) {
            return;
        }
        faults.take(options.startTakes());
        faults.mayFail("the guest does not start");
        synchronized (this) {
            folder.log("events", "start " + spec.instanceId() + " " + spec.runEpoch());
            keep(spec.instanceId(), new GuestState(true, spec.runEpoch(), Optional.empty()));
            keepVolumes(
                    spec.instanceId(),
                    spec.volumes().stream()
                            .map(GuestSpec.Volume::volumeId)
                            .collect(Collectors.toSet()));
        }
    }

    private void keepVolumes(String instanceId, Set<String> ids) {
        if (ids.isEmpty()) {
            volumes.remove(instanceId);
            plugs.remove(instanceId);
        } else {
            volumes.put(instanceId, ids);
            plugs.put(instanceId, String.join("\n", ids));
        }
    }

    private Set<String> volumesOf(String instanceId) {
        return new HashSet<>(volumes.getOrDefault(instanceId, Set.of()));
    }

    @Override
    public synchronized Set<String> holders(String volumeId) {
        return volumes.entrySet().stream()
                .filter(guest -> guest.getValue().contains(volumeId))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void attach(String instanceId, GuestSpec.Volume volume) throws IOException {
        faults.mayFail("the volume cannot be plugged in");
        synchronized (this) {
            Set<String> its = volumesOf(instanceId);
            if (!isRunning(instanceId) || !its.add(volume.volumeId())) {
                return;
            }
            if (its.size() > GuestSpec.Volume.MOST) {
                throw new IOException("the instance has no place for another volume");
            }
            folder.log("events", "attach " + instanceId + " " + volume.volumeId());
            keepVolumes(instanceId, its);
        }
    }

    @Override
    public boolean detach(String instanceId, GuestSpec.Volume volume) throws IOException {
        faults.take(options.volumeTakes());
        faults.mayFail("the guest cannot be asked");
        synchronized (this) {
            if (clinging.contains(instanceId) && holders(volume.volumeId()).contains(instanceId)) {
                return false;
            }
        }
        sever(instanceId, volume);
        return true;
    }

    @Override
    public synchronized void sever(String instanceId, GuestSpec.Volume volume) {
        Set<String> its = volumesOf(instanceId);
        if (its.remove(volume.volumeId())) {
            folder.log("events", "detach " + instanceId + " " + volume.volumeId());
            keepVolumes(instanceId, its);
        }
    }

    private synchronized boolean isRunning(String instanceId) {
        GuestState guest = guests.get(instanceId);
        return guest != null && guest.running();
    }

    private synchronized GuestState running(String instanceId) throws IOException {
        GuestState guest = guests.get(instanceId);
        if (guest == null || !guest.running()) {
            throw new IOException("The instance " + instanceId + " is not running.");
        }
        return guest;
    }

    @Override
    public void powerDown(String instanceId) throws IOException {
        if (!isRunning(instanceId)) {
            return;
        }
        faults.mayFail("the guest cannot be asked");
        long epoch = running(instanceId).runEpoch();
        synchronized (this) {
            if (deaf.contains(instanceId)) {
                return;
            }
        }
        var _ =
                clock.schedule(
                        () -> end(instanceId, epoch, GuestExit.Cause.GUEST, ""),
                        faults.scatter(options.shutdownTakes()).toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void kill(String instanceId) throws IOException {
        faults.mayFail("the guest cannot be ended");
        end(instanceId, GuestExit.Cause.REQUESTED, "");
    }

    @Override
    public void reset(String instanceId) throws IOException {
        GuestState guest = running(instanceId);
        faults.mayFail("the guest cannot be reset");
        folder.log("events", "reset " + instanceId + " " + guest.runEpoch());
    }

    @Override
    public void destroy(String instanceId) throws IOException {
        kill(instanceId);
        synchronized (this) {
            guests.remove(instanceId);
            deaf.remove(instanceId);
            clinging.remove(instanceId);
            folder.remove(instanceId);
        }
    }

    private static byte[] greeting(String instanceId, GuestState guest) {
        return ("simulated guest " + instanceId + ", start " + guest.runEpoch() + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public synchronized byte[] consoleOutput(String instanceId, int maxBytes) {
        GuestState guest = guests.get(instanceId);
        byte[] all = guest == null ? new byte[0] : greeting(instanceId, guest);
        return Arrays.copyOfRange(all, Math.max(0, all.length - maxBytes), all.length);
    }

    @Override
    public byte[] screenshot(String instanceId) throws IOException {
        running(instanceId);
        throw new IOException("A simulated guest has no screen.");
    }

    /** Says hello, then echoes what is typed. */
    @Override
    public SerialConsole openConsole(String instanceId) throws IOException {
        GuestState guest = running(instanceId);
        var pipe = new BytePipe(65_536);
        pipe.sink().write(greeting(instanceId, guest));
        return new SerialConsole() {
            @Override
            public InputStream output() {
                return pipe.source();
            }

            @Override
            public OutputStream input() {
                return pipe.sink();
            }

            @Override
            public void close() {
                pipe.end();
            }
        };
    }

    @Override
    public void onExit(Consumer<GuestExit> listener) {
        listeners.add(listener);
    }

    @Override
    public boolean offersUefi() {
        return true;
    }

    @Override
    public Acceleration acceleration() {
        return new Acceleration("simulated", "this host only simulates guests", "1");
    }

    /** Time stops for the guests. */
    @Override
    public void close() {
        clock.shutdownNow();
    }
}
