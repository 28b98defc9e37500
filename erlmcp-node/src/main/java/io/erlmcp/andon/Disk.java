package io.erlmcp.andon;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The few ways in which this package changes files, so that a test can stop the process, or let the
 * disk fail, at each of them.
 */
public interface Disk {
    /** The disk of this machine. */
    Disk REAL = new RealDisk();

    /**
     * Makes {@code file} with these bytes, for its owner alone, and returns when they are on the
     * disk; one that is there already is removed first.
     */
    void write(Path file, byte[] bytes) throws IOException;

    /** Adds {@code bytes} at the end of {@code file}, and returns when they are on the disk. */
    void append(Path file, byte[] bytes) throws IOException;

    /** Cuts {@code file} off at {@code size}, and returns when that is on the disk. */
    void truncate(Path file, long size) throws IOException;

    /** Puts {@code file} in the place of {@code target}, in one step. */
    void rename(Path file, Path target) throws IOException;

    /** Removes a file that may be missing. */
    void delete(Path file) throws IOException;

    /** Returns when the names in {@code folder} are on the disk. */
    void syncFolder(Path folder) throws IOException;
}
