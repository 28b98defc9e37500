package io.erlmcp.andon;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A JSON object in a file that is there whole, or as it was before: two lines, the first with the
 * schema version and the SHA-256 of the second. Written beside its place, synced, renamed, and the
 * folder synced.
 */
public final class WholeFile {
    private static final long MAX_BYTES = 256L << 20;
    private static final String TEMPORARY = ".tmp";

    private final Path path;
    private final int schema;
    private final Disk disk;

    /**
     * @param schema a file of another is refused
     */
    public WholeFile(Path path, int schema, Disk disk) {
        this.path = path;
        this.schema = schema;
        this.disk = disk;
    }

    /** The file is there, and is not what was written. */
    public static final class Damaged extends IOException {
        private static final long serialVersionUID = 1L;

        Damaged(String message) {
            super(message);
        }

        Damaged(String message, Throwable cause) {
            super(message, cause);
        }
    }

    Path path() {
        return path;
    }

    /** Returns when {@code content} will be read, whatever happens from now on. */
    public void write(JsonObject content) throws IOException {
        byte[] body = content.toJson().getBytes(StandardCharsets.UTF_8);
        String head = JsonObject.of("schema", schema, "sha256", sha256(body)).toJson() + '\n';
        byte[] first = head.getBytes(StandardCharsets.UTF_8);
        byte[] whole = Arrays.copyOf(first, first.length + body.length + 1);
        System.arraycopy(body, 0, whole, first.length, body.length);
        whole[whole.length - 1] = '\n';
        if (whole.length > MAX_BYTES) {
            throw new IOException(
                    path + ": " + whole.length + " bytes, at most " + MAX_BYTES + " are allowed");
        }
        disk.write(temporary(), whole);
        disk.rename(temporary(), path);
        disk.syncFolder(folder());
    }

    /**
     * What was written last; empty when there is no file.
     *
     * @throws Damaged when the file is not what was written
     * @throws IOException when it cannot be read
     */
    public Optional<JsonObject> read() throws IOException {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        long size = Files.size(path);
        if (size > MAX_BYTES) {
            throw new Damaged(path + ": has " + size + " bytes, more than was ever written");
        }
        byte[] whole = Files.readAllBytes(path);
        int split = lineEnd(whole);
        if (split < 0 || whole[whole.length - 1] != '\n' || split == whole.length - 1) {
            throw new Damaged(path + ": is cut off");
        }
        byte[] body = Arrays.copyOfRange(whole, split + 1, whole.length - 1);
        try {
            JsonObject head = Json.parseObject(new String(whole, 0, split, StandardCharsets.UTF_8));
            long version = head.requireInteger("schema");
            if (version != schema) {
                throw new Damaged(path + ": has schema " + version + ", this is " + schema);
            }
            if (!head.requireString("sha256").equals(sha256(body))) {
                throw new Damaged(path + ": its checksum does not fit");
            }
            return Optional.of(Json.parseObject(body));
        } catch (JsonException e) {
            throw new Damaged(path + ": is no file of this kind: " + e.getMessage(), e);
        }
    }

    /** Removes what a write left that did not come to its end. */
    public void removeLeftover() throws IOException {
        disk.delete(temporary());
    }

    /** Moves a damaged file aside, and returns where it is now. */
    public Path setAside(String mark) throws IOException {
        Path aside = path.resolveSibling(path.getFileName() + ".damaged-" + mark);
        disk.rename(path, aside);
        disk.syncFolder(folder());
        return aside;
    }

    private Path temporary() {
        return path.resolveSibling(path.getFileName() + TEMPORARY);
    }

    private Path folder() {
        Path folder = path.toAbsolutePath().getParent();
        return folder == null ? path.toAbsolutePath() : folder;
    }

    private static int lineEnd(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing", e);
        }
    }
}
