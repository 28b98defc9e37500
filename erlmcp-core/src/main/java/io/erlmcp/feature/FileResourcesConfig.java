package io.erlmcp.feature;

import java.nio.file.Path;

/**
 * A folder whose files are resources.
 *
 * @param root the folder; links in its own path are followed
 * @param uriPrefix what every URI begins with; the path below the root follows, percent-encoded
 * @param maxFileBytes the largest file that is read
 * @param maxFiles how many files are listed; further ones can be read by who knows their URI
 * @param maxDepth how many folders deep the list goes
 * @param pageSize how many files go into one page
 * @param hidden whether names that begin with a dot are listed and read
 */
public record FileResourcesConfig(
        Path root,
        String uriPrefix,
        long maxFileBytes,
        int maxFiles,
        int maxDepth,
        int pageSize,
        boolean hidden) {
    /** What fits into one array, with room for its base64 text. */
    private static final long LARGEST = 1L << 30;

    public FileResourcesConfig {
        if (!uriPrefix.endsWith("/")) {
            throw new IllegalArgumentException("uriPrefix must end with '/': " + uriPrefix);
        }
        if (maxFileBytes < 1 || maxFileBytes > LARGEST) {
            throw new IllegalArgumentException(
                    "maxFileBytes must be 1 to " + LARGEST + ": " + maxFileBytes);
        }
        if (maxFiles < 1 || maxDepth < 1 || pageSize < 1) {
            throw new IllegalArgumentException(
                    "maxFiles, maxDepth and pageSize must be at least 1: "
                            + maxFiles
                            + ", "
                            + maxDepth
                            + ", "
                            + pageSize);
        }
    }

    /**
     * Files below {@code root} as {@code file:///...}: up to 16 MB, 10,000 files, 32 folders deep,
     * none hidden.
     */
    public static FileResourcesConfig of(Path root) {
        return new FileResourcesConfig(root, "file:///", 16L << 20, 10_000, 32, 1_000, false);
    }

    public FileResourcesConfig withUriPrefix(String uriPrefix) {
        return new FileResourcesConfig(
                root, uriPrefix, maxFileBytes, maxFiles, maxDepth, pageSize, hidden);
    }

    public FileResourcesConfig withMaxFileBytes(long maxFileBytes) {
        return new FileResourcesConfig(
                root, uriPrefix, maxFileBytes, maxFiles, maxDepth, pageSize, hidden);
    }

    public FileResourcesConfig withMaxFiles(int maxFiles) {
        return new FileResourcesConfig(
                root, uriPrefix, maxFileBytes, maxFiles, maxDepth, pageSize, hidden);
    }

    public FileResourcesConfig withPageSize(int pageSize) {
        return new FileResourcesConfig(
                root, uriPrefix, maxFileBytes, maxFiles, maxDepth, pageSize, hidden);
    }

    public FileResourcesConfig withHidden(boolean hidden) {
        return new FileResourcesConfig(
                root, uriPrefix, maxFileBytes, maxFiles, maxDepth, pageSize, hidden);
    }
}
