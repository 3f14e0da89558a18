package io.brume.storage.object.s3.bench;

import io.brume.storage.object.s3.RealDoor;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** One node with a durable index and durable blobs, until the program is ended. */
public final class DoorServer {
    private DoorServer() {}

    /** The directory, and the port. */
    public static void main(String[] arguments) throws Exception {
        try (var door = RealDoor.open(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
            door.uri();
            new CountDownLatch(1).await();
        }
    }
}
