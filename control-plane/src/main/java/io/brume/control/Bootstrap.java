package io.brume.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.fleet.JoinTokens;
import io.brume.control.fleet.NodeDirectory;
import io.brume.control.state.AccountDirectory;
import io.brume.proto.node.v1.Role;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the programs of the same machine find in a folder after the first start: {@code credentials}
 * of the first account, and a join token for an agent and a storage node as long as none has
 * joined. Whoever starts more nodes puts an empty file {@code NAME.wanted} there for each, and
 * finds {@code NAME.token} in its place. Each file is its owner's alone.
 */
final class Bootstrap {
    private static final Duration TOKEN_LIFE = Duration.ofHours(24);
    private static final String WANTED = ".wanted";
    private static final int MOST_WANTED = 100;

    private final Path folder;

    Bootstrap(Path folder) {
        this.folder = requireNonNull(folder);
    }

    void write(AccountDirectory accounts, AccountId account, NodeDirectory nodes, JoinTokens tokens)
            throws IOException {
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var key =
                accounts.credentials(account).stream()
                        .findFirst()
                        .orElseGet(() -> accounts.issue(account));
        write(
                "credentials",
                "access_key_id=%s%nsecret_access_key=%s%n"
                        .formatted(key.id().value(), key.secret().reveal()));
        token("node-agent.token", Role.ROLE_NODE_AGENT, nodes, tokens);
        token("storage-node.token", Role.ROLE_STORAGE_NODE, nodes, tokens);
        for (String name : wanted()) {
            write(name + ".token", tokens.create(TOKEN_LIFE) + System.lineSeparator());
            Files.delete(folder.resolve(name + WANTED));
        }
    }

    /** The nodes that more tokens are wanted for. */
    private List<String> wanted() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(WANTED))
                    .map(name -> name.substring(0, name.length() - WANTED.length()))
                    .sorted()
                    .limit(MOST_WANTED)
                    .toList();
        }
    }

    private void token(String file, Role role, NodeDirectory nodes, JoinTokens tokens)
            throws IOException {
        boolean joined =
                nodes.all().stream().anyMatch(node -> node.role() == role && !node.revoked());
        if (joined) {
            Files.deleteIfExists(folder.resolve(file));
        } else {
            write(file, tokens.create(TOKEN_LIFE) + System.lineSeparator());
        }
    }

    private void write(String name, String text) throws IOException {
        var file = folder.resolve(name);
        var fresh = folder.resolve(name + ".new");
        Files.deleteIfExists(fresh);
        try (var channel =
                FileChannel.open(
                        fresh,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
