package io.erlmcp.andon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The disk of this machine until its last step: there the process dies, as far as this test can
 * tell, with the step half done or not at all, or the disk fails from then on.
 */
final class FaultyDisk implements Disk {
    /** What happens at the last step. */
    enum Fault {
        DIES_BEFORE,
        DIES_HALFWAY,
        DIES_AFTER,
        FAILS
    }

    /** Stands for the end of the process. */
    static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final Fault fault;
    private long stepsLeft;

    FaultyDisk(long steps, Fault fault) {
        this.stepsLeft = steps;
        this.fault = fault;
    }

    /** A disk that works for now. */
    static FaultyDisk working() {
        return new FaultyDisk(Long.MAX_VALUE, Fault.FAILS);
    }

    /** Whether the last step was reached. */
    boolean isOver() {
        return stepsLeft < 0;
    }

    void failFromNowOn() {
        stepsLeft = -1;
    }

    void workAgain() {
        stepsLeft = Long.MAX_VALUE;
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private void step(Step whole, Step half) throws IOException {
        if (--stepsLeft >= 0) {
            whole.run();
            return;
        }
        stepsLeft = -1;
        switch (fault) {
            case FAILS -> {
                half.run();
                throw new IOException("Input/output error");
            }
            case DIES_BEFORE -> {}
            case DIES_HALFWAY -> half.run();
            case DIES_AFTER -> whole.run();
        }
        throw new Died();
    }

    @Override
    public void write(Path file, byte[] bytes) throws IOException {
        step(() -> REAL.write(file, bytes), () -> REAL.write(file, half(bytes)));
    }

    @Override
    public void append(Path file, byte[] bytes) throws IOException {
        step(() -> REAL.append(file, bytes), () -> REAL.append(file, half(bytes)));
    }

    @Override
    public void truncate(Path file, long size) throws IOException {
        step(() -> REAL.truncate(file, size), () -> {});
    }

    @Override
    public void rename(Path file, Path target) throws IOException {
        step(() -> REAL.rename(file, target), () -> {});
    }

    @Override
    public void delete(Path file) throws IOException {
        step(() -> REAL.delete(file), () -> {});
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        step(() -> REAL.syncFolder(folder), () -> {});
    }

    private static byte[] half(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length / 2);
    }
}
