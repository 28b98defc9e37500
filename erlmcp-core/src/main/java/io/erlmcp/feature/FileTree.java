package io.erlmcp.feature;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The regular files below a root, by paths of names. A path is resolved to one without links, which
 * must lie inside the root; then it is walked name by name from the root without following links,
 * so that a folder that is swapped for a link in between leads nowhere. Where the platform cannot
 * walk so, only the last name is safe from the swap.
 */
final class FileTree {
    private static final Set<OpenOption> READ =
            Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    /** A file: its path below the root, with slashes, and its size. */
    record Entry(String path, long bytes) {}

    private final Path root;
    private final FileResourcesConfig config;

    private FileTree(Path root, FileResourcesConfig config) {
        this.root = root;
        this.config = config;
    }

    static FileTree of(FileResourcesConfig config) {
        try {
            Path root = config.root().toRealPath();
            if (!Files.isDirectory(root) || !Files.isReadable(root)) {
                throw new IllegalArgumentException(
                        "root is not a folder that can be read: " + config.root());
            }
            return new FileTree(root, config);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "root is not a folder that can be read: " + config.root(), e);
        }
    }

    /**
     * Whether a name may be part of a path: one name, no way up, nothing hidden unless configured.
     */
    boolean isAllowed(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            return false;
        }
        if (name.charAt(0) == '.' && !config.hidden()) {
            return false;
        }
        return name.chars().allMatch(c -> c >= ' ' && c != 0x7f && c != '/' && c != '\\');
    }

    /**
     * @throws FileSystemException when there is no such regular file inside the root
     */
    SeekableByteChannel open(List<String> names) throws IOException {
        Path asked = root;
        for (String name : names) {
            asked = asked.resolve(name);
        }
        Path real = asked.toRealPath();
        if (!real.startsWith(root) || real.equals(root)) {
            throw new NoSuchFileException(String.join("/", names));
        }
        Path inside = root.relativize(real);
        for (Path name : inside) {
            if (!isAllowed(name.toString())) {
                throw new NoSuchFileException(String.join("/", names));
            }
        }
        return openInside(inside);
    }

    /**
     * Opens what lies at {@code inside} below the root, if no name on the way to it is a link by
     * now.
     */
    SeekableByteChannel openInside(Path inside) throws IOException {
        try (DirectoryStream<Path> folder = Files.newDirectoryStream(root)) {
            if (folder instanceof SecureDirectoryStream<Path> secure) {
                return open(secure, inside, 0);
            }
        }
        Path file = root.resolve(inside);
        checkRegular(
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS),
                inside);
        return Files.newByteChannel(file, READ);
    }

    private static SeekableByteChannel open(
            SecureDirectoryStream<Path> folder, Path inside, int index) throws IOException {
        Path name = inside.getName(index);
        if (index + 1 < inside.getNameCount()) {
            try (SecureDirectoryStream<Path> next =
                    folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                return open(next, inside, index + 1);
            }
        }
        // Asked before opening, since opening a pipe would wait for its writer.
        checkRegular(attributes(folder, name), name);
        return folder.newByteChannel(name, READ);
    }

    private static BasicFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name)
            throws IOException {
        BasicFileAttributeView view =
                folder.getFileAttributeView(
                        name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        return view.readAttributes();
    }

    private static void checkRegular(BasicFileAttributes attributes, Path name)
            throws NoSuchFileException {
        if (!attributes.isRegularFile()) {
            throw new NoSuchFileException(name.toString());
        }
    }

    /** At most {@code max} files behind {@code after}, in the order of their paths' names. */
    List<Entry> list(@Nullable String after, int max) throws IOException {
        Walk walk = new Walk(after, max);
        walk.folder(root, "", 1);
        return walk.found;
    }

    /** One walk over the tree, in order, which stops when it has enough. */
    private final class Walk {
        private final @Nullable String after;
        private final int max;
        private final List<Entry> found = new ArrayList<>();
        private int visited;

        Walk(@Nullable String after, int max) {
            this.after = after;
            this.max = max;
        }

        void folder(Path folder, String prefix, int depth) throws IOException {
            for (Path child : children(folder)) {
                if (found.size() >= max || visited >= config.maxFiles()) {
                    return;
                }
                visit(child, prefix, depth);
            }
        }

        private void visit(Path child, String prefix, int depth) throws IOException {
            String path = prefix + child.getFileName();
            BasicFileAttributes attributes;
            try {
                attributes =
                        Files.readAttributes(
                                child, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            } catch (FileSystemException e) {
                return; // gone since it was listed, or not ours to see
            }
            if (attributes.isDirectory() && depth < config.maxDepth()) {
                folder(child, path + '/', depth + 1);
            } else if (attributes.isRegularFile()) {
                visited++;
                if (after == null || compare(path, after) > 0) {
                    found.add(new Entry(path, attributes.size()));
                }
            }
        }

        /** The allowed children in order; of too many the first. */
        private List<Path> children(Path folder) throws IOException {
            TreeMap<String, Path> first = new TreeMap<>();
            try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
                for (Path child : all) {
                    String name = String.valueOf(child.getFileName());
                    if (isAllowed(name)) {
                        first.put(name, child);
                    }
                    if (first.size() > config.maxFiles()) {
                        first.pollLastEntry();
                    }
                }
            } catch (FileSystemException e) {
                return List.of(); // gone since it was listed, or not ours to see
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            return List.copyOf(first.values());
        }
    }

    /** Orders paths as the walk meets them: name by name. */
    private static int compare(String left, String right) {
        String[] leftNames = left.split("/", -1);
        String[] rightNames = right.split("/", -1);
        for (int i = 0; i < Math.min(leftNames.length, rightNames.length); i++) {
            int order = leftNames[i].compareTo(rightNames[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(leftNames.length, rightNames.length);
    }
}
