package io.erlmcp.feature;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CacheHint;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.Resource;
import io.erlmcp.protocol.ResourceContents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of a folder as resources: the one place of this package that touches the file system.
 * Only regular files inside the root are read; whatever else a URI points to, by {@code ..},
 * encodings, links or devices, is not there. A file is text if it is UTF-8 without NUL, else bytes.
 *
 * <p>Links that stay inside the root are followed when read, but not listed. Thread-safe, keeps
 * nothing open.
 */
public final class FileResources implements ResourceProvider {
    private static final String KIND = "file";
    private static final int MAX_URI_CHARS = 8_192;

    private final FileResourcesConfig config;
    private final FileTree tree;

    private FileResources(FileResourcesConfig config, FileTree tree) {
        this.config = config;
        this.tree = tree;
    }

    /**
     * @throws IllegalArgumentException when the root is no folder that can be read
     */
    public static FileResources of(FileResourcesConfig config) {
        return new FileResources(config, FileTree.of(config));
    }

    /** The files below {@code root}, with the limits of {@link FileResourcesConfig#of}. */
    public static FileResources of(Path root) {
        return of(FileResourcesConfig.of(root));
    }

    @Override
    public Page.Resources list(@Nullable String cursor) {
        String after = cursor == null ? null : Cursor.decode(cursor, KIND).text();
        List<FileTree.Entry> page;
        try {
            page = tree.list(after, config.pageSize() + 1);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the files of " + config.uriPrefix(), e);
        }
        boolean isLast = page.size() <= config.pageSize();
        List<FileTree.Entry> shown = isLast ? page : page.subList(0, config.pageSize());
        String next = isLast ? null : new Cursor(KIND, shown.getLast().path()).encode();
        return new Page.Resources(
                shown.stream().map(this::resource).toList(), next, CacheHint.NONE);
    }

    @Override
    public Optional<ReadResourceResult> read(String uri, CallContext context) throws IOException {
        List<String> names = names(uri);
        if (names.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes;
        try (SeekableByteChannel file = tree.open(names)) {
            bytes = read(file, uri);
        } catch (FileSystemException | InvalidPathException e) {
            return Optional.empty();
        }
        return Optional.of(ReadResourceResult.of(contents(uri, names.getLast(), bytes)));
    }

    private Resource resource(FileTree.Entry entry) {
        List<String> encoded = new ArrayList<>();
        for (String name : entry.path().split("/", -1)) {
            encoded.add(PercentText.encode(name));
        }
        return new Resource(
                config.uriPrefix() + String.join("/", encoded),
                entry.path(),
                null,
                null,
                MediaTypes.ofName(entry.path()).orElse(null),
                null,
                entry.bytes(),
                List.of(),
                JsonObject.EMPTY);
    }

    /**
     * The names of folders and file that the URI gives, decoded once; empty when it cannot be a
     * file of ours.
     */
    private List<String> names(String uri) {
        if (!uri.startsWith(config.uriPrefix()) || uri.length() > MAX_URI_CHARS) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (String encoded : uri.substring(config.uriPrefix().length()).split("/", -1)) {
            Optional<String> name = PercentText.decode(encoded);
            boolean isPlain = encoded.indexOf('?') < 0 && encoded.indexOf('#') < 0;
            if (!isPlain || name.isEmpty() || !tree.isAllowed(name.get())) {
                return List.of();
            }
            names.add(name.get());
        }
        return names;
    }

    private byte[] read(SeekableByteChannel file, String uri) throws IOException {
        long size = file.size();
        if (size > config.maxFileBytes()) {
            throw tooLarge(uri);
        }
        // One byte more than the file should have, so that the end is seen without another round.
        byte[] bytes = new byte[(int) size + 1];
        int length = 0;
        while (true) {
            int count = file.read(ByteBuffer.wrap(bytes, length, bytes.length - length));
            if (count < 0) {
                return Arrays.copyOf(bytes, length);
            }
            length += count;
            if (length > config.maxFileBytes()) {
                throw tooLarge(uri);
            }
            if (length == bytes.length) {
                bytes =
                        Arrays.copyOf(
                                bytes,
                                (int) Math.min(config.maxFileBytes() + 1, bytes.length * 2L));
            }
        }
    }

    private McpException tooLarge(String uri) {
        return new McpException(
                ErrorCode.INVALID_PARAMS,
                "Resource too large: " + uri + " has more than " + config.maxFileBytes() + " bytes",
                JsonObject.of("uri", uri, "maxBytes", config.maxFileBytes()));
    }

    private static ResourceContents contents(String uri, String name, byte[] bytes) {
        String type = MediaTypes.ofName(name).orElse(null);
        Optional<String> text = text(bytes);
        if (text.isPresent()) {
            return ResourceContents.text(uri, type == null ? "text/plain" : type, text.get());
        }
        return ResourceContents.blob(uri, type == null ? "application/octet-stream" : type, bytes);
    }

    private static Optional<String> text(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                return Optional.empty();
            }
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
