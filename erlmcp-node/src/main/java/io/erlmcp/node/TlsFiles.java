package io.erlmcp.node;

import io.erlmcp.config.TlsConfig;
import io.erlmcp.tls.ServerTls;
import io.erlmcp.tls.TlsServerConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the certificates and keys that the configuration names. */
final class TlsFiles {
    private static final int MAX_BYTES = 1 << 20;

    private TlsFiles() {}

    /**
     * What the listeners show and ask for; null where there is no TLS.
     *
     * @param folder what relative paths start from
     */
    static @Nullable TlsServerConfig of(TlsConfig config, Path folder) throws StartException {
        if (!config.isEnabled()) {
            return null;
        }
        TlsServerConfig read =
                TlsServerConfig.of(
                                text("tls.certificate", config.certificate(), folder),
                                text("tls.key", config.key(), folder))
                        .withHandshake(config.handshakeTimeout());
        if (!config.clientCa().isEmpty()) {
            read = read.withClientAuthorities(text("tls.client_ca", config.clientCa(), folder));
        }
        try {
            var _ = ServerTls.of(read); // what cannot be used is said before anything listens
            return read;
        } catch (IllegalArgumentException e) {
            throw new StartException("tls: " + e.getMessage(), e);
        }
    }

    private static String text(String key, String name, Path folder) throws StartException {
        try {
            Path file = folder.resolve(name);
            if (Files.size(file) > MAX_BYTES) {
                throw new StartException(
                        key + ": " + file + " has more than " + MAX_BYTES + " bytes");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException | InvalidPathException e) {
            throw new StartException(
                    key + ": \"" + name + "\" cannot be read: " + e.getMessage(), e);
        }
    }
}
