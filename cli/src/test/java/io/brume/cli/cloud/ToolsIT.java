package io.brume.cli.cloud;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;

/**
 * What others have made, Terraform and a Debian, with a cloud of real guests. The Debian is built
 * first, from its packages.
 */
@Timeout(900)
class ToolsIT {
    private static @Nullable Cloud cloud;
    private static @Nullable World world;

    @BeforeAll
    static void quickstart() throws Exception {
        cloud = Cloud.real();
        world = World.begin(cloud);
    }

    @AfterAll
    static void leavesNothing() throws Exception {
        if (cloud != null) {
            cloud.close();
        }
    }

    @Nested
    class Terraform extends TerraformStories {
        Terraform() {
            super(requireNonNull(world));
        }
    }

    @Nested
    class Debian extends DebianStories {
        Debian() {
            super(requireNonNull(world));
        }
    }
}
