package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.control.api.CallContext;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.instance.InstanceState;
import io.brume.control.fleet.Fleet;
import io.brume.store.Store;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.services.ec2.model.GetConsoleOutputRequest;
import software.amazon.awssdk.services.ec2.model.GetConsoleOutputResponse;
import software.amazon.awssdk.services.ec2.model.GetConsoleScreenshotRequest;
import software.amazon.awssdk.services.ec2.model.GetConsoleScreenshotResponse;

/**
 * GetConsoleOutput and GetConsoleScreenshot: asked of the instance's host while the caller waits.
 */
final class Consoles {
    private final Store store;
    private final Fleet fleet;

    Consoles(Store store, Fleet fleet) {
        this.store = requireNonNull(store);
        this.fleet = requireNonNull(fleet);
    }

    GetConsoleOutputResponse output(GetConsoleOutputRequest request) {
        var call = CallContext.current();
        var instance = read(call, request.instanceId());
        call.stopHereIfDryRun();
        var bytes =
                await(
                        fleet.consoleOutput(
                                host(instance), instance.id().value(), Fleet.MAX_CONSOLE_BYTES));
        return GetConsoleOutputResponse.builder()
                .instanceId(instance.id().value())
                .timestamp(call.time())
                .output(Base64.getEncoder().encodeToString(bytes))
                .build();
    }

    GetConsoleScreenshotResponse screenshot(GetConsoleScreenshotRequest request) {
        var call = CallContext.current();
        var instance = read(call, request.instanceId());
        if (instance.state() != InstanceState.RUNNING) {
            throw Fault.conflict(
                    "IncorrectInstanceState",
                    "The instance '%s' is not running.".formatted(instance.id()));
        }
        call.stopHereIfDryRun();
        var picture = await(fleet.screenshot(host(instance), instance.id().value()));
        return GetConsoleScreenshotResponse.builder()
                .instanceId(instance.id().value())
                .imageData(Base64.getEncoder().encodeToString(picture))
                .build();
    }

    private Instance read(CallContext call, String text) {
        var id = InstanceId.parse(text);
        return store.view(tx -> InstancePower.require(tx, call, id));
    }

    private static NodeId host(Instance instance) {
        return instance.node()
                .filter(_ -> instance.state() != InstanceState.TERMINATED)
                .orElseThrow(() ->
                        Fault.conflict(
                                "IncorrectInstanceState",
                                "The instance '%s' is on no host.".formatted(instance.id())));
    }

    /** The future is bounded in time by the fleet. */
    private static byte[] await(CompletableFuture<byte[]> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(
                    Fault.Category.UNAVAILABLE, "Unavailable", 503, "The cloud is stopping.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Fault fault) {
                throw fault;
            }
            throw new IllegalStateException("a host's answer", e.getCause());
        }
    }
}
