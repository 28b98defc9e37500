package io.erlmcp.node;

import io.erlmcp.config.NodeConfig;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The keys that seal what clients keep for the node: the configured ones, else one that is kept in
 * {@code data.dir}, else none, and the server makes one that ends with it.
 */
final class StateKeys {
    private static final int KEY_BYTES = 32;

    private StateKeys() {}

    static List<byte[]> of(NodeConfig config, Optional<Path> folder) throws StartException {
        List<String> configured = config.security().stateKeys();
        if (!configured.isEmpty()) {
            return configured.stream().map(Base64.getDecoder()::decode).toList();
        }
        return folder.isEmpty() ? List.of() : List.of(kept(folder.get()));
    }

    private static byte[] kept(Path folder) throws StartException {
        Path file = folder.resolve("state.key");
        try {
            Files.createDirectories(folder);
            create(file);
            byte[] key = Files.readAllBytes(file);
            if (key.length != KEY_BYTES) {
                throw new StartException(
                        file
                                + ": has "
                                + key.length
                                + " bytes, must have "
                                + KEY_BYTES
                                + "; remove it to get a new one");
            }
            return key;
        } catch (IOException e) {
            throw new StartException(
                    "data.dir: " + file + ": cannot be read or made: " + e.getMessage(), e);
        }
    }

    /**
     * Makes the file in one step, so that of two nodes that start together both use the same key.
     */
    private static void create(Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        FileAttribute<?> onlyOwner =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path fresh =
                Files.createTempFile(file.toAbsolutePath().getParent(), "state", ".key", onlyOwner);
        Files.write(fresh, key, StandardOpenOption.SYNC);
        try {
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException e) {
            // The other node was faster: its key it is.
        } finally {
            Files.delete(fresh);
        }
    }
}
