package io.erlmcp.tcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The file of a Unix domain socket: only its user may connect, what a dead server left behind is
 * removed, and what is no socket or has a live server is left alone.
 */
final class SocketFile {
    private final Path path;
    private @Nullable Object key;

    private SocketFile(Path path) {
        this.path = path;
    }

    /**
     * Makes the path free to be bound.
     *
     * @throws UncheckedIOException when something else stands there
     */
    static SocketFile prepare(Path path) {
        try {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                removeStale(path);
            }
            return new SocketFile(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void removeStale(Path path) throws IOException {
        if (!attributes(path).isOther()) {
            throw new IOException("cannot listen on " + path + ": it is no socket");
        }
        if (isServed(path)) {
            throw new IOException("cannot listen on " + path + ": a server listens there");
        }
        Files.delete(path);
    }

    private static boolean isServed(Path path) throws IOException {
        try {
            SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
            return true;
        } catch (ConnectException nobodyListens) {
            return false;
        }
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** The file is there now: closes it to others. */
    void made() {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            key = attributes(path).fileKey();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    new IOException("cannot protect " + path + ": " + e.getMessage(), e));
        }
    }

    /** Removes the file, unless it is another server's by now. */
    void remove() {
        try {
            Object mine = key;
            if (mine != null && mine.equals(attributes(path).fileKey())) {
                Files.delete(path);
            }
        } catch (IOException gone) {
            // what is not there needs no removal
            key = null;
        }
    }
}
