/* tidy: console, because this process tells its parent on standard output what was acknowledged. */
package io.erlmcp.reliability;

import io.erlmcp.andon.Analysis;
import io.erlmcp.andon.Andon;
import io.erlmcp.andon.AndonLimits;
import io.erlmcp.andon.Category;
import io.erlmcp.andon.Components;
import io.erlmcp.andon.Disk;
import io.erlmcp.andon.HaltState;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A process of its own that halts and resumes, and dies at a chosen write of the andon store.
 * {@code FOLDER STEPS HALFWAY|BEFORE|AFTER [PLANT]}; prints each acknowledgement.
 */
public final class AndonScript {
    /** What it does, in this order. */
    static final List<String> ACTIONS =
            List.of("halt a", "halt b", "resume a", "halt c", "resume b");

    /** The exit code of a death at the chosen write. */
    static final int DIED = 9;

    private AndonScript() {}

    /** Runs the script. */
    public static void main(String[] args) {
        Disk disk =
                new DyingDisk(
                        Long.parseLong(args[1]),
                        args[2],
                        args.length > 3 && args[3].equals(HaltsUnderKill.IN_PLACE));
        Andon andon =
                Andon.open(
                        Path.of(args[0]), AndonLimits.DEFAULTS, disk, Time.system(), Observer.NONE);
        for (String action : ACTIONS) {
            String[] words = action.split(" ");
            Andon.Result result =
                    words[0].equals("halt")
                            ? andon.halt(
                                    Components.tool(words[1]),
                                    HaltState.HALTED_MANUAL,
                                    Category.MANUAL,
                                    "",
                                    "script")
                            : andon.resume(
                                    Components.tool(words[1]), Analysis.NONE, false, "script");
            if (result.isKept()) {
                System.out.println(action);
                System.out.flush();
            }
        }
    }

    /** The real disk, until the process dies at a step. */
    private static final class DyingDisk implements Disk {
        private final String how;
        private final boolean isInPlace;
        private long left;

        DyingDisk(long steps, String how, boolean isInPlace) {
            this.left = steps;
            this.how = how;
            this.isInPlace = isInPlace;
        }

        @FunctionalInterface
        private interface Step {
            void run() throws IOException;
        }

        private void step(Step whole, Step half) throws IOException {
            if (left-- > 0) {
                whole.run();
                return;
            }
            switch (how) {
                case "HALFWAY" -> half.run();
                case "AFTER" -> whole.run();
                default -> {}
            }
            Runtime.getRuntime().halt(DIED);
        }

        @Override
        public void write(Path file, byte[] bytes) throws IOException {
            Path target = isInPlace ? Path.of(file.toString().replaceAll("\\.tmp$", "")) : file;
            step(
                    () -> REAL.write(target, bytes),
                    () -> REAL.write(target, Arrays.copyOf(bytes, bytes.length / 2)));
        }

        @Override
        public void append(Path file, byte[] bytes) throws IOException {
            step(
                    () -> REAL.append(file, bytes),
                    () -> REAL.append(file, Arrays.copyOf(bytes, bytes.length / 2)));
        }

        @Override
        public void truncate(Path file, long size) throws IOException {
            step(() -> REAL.truncate(file, size), () -> {});
        }

        @Override
        public void rename(Path file, Path target) throws IOException {
            step(
                    () -> {
                        if (!isInPlace || Files.exists(file)) {
                            REAL.rename(file, target);
                        }
                    },
                    () -> {});
        }

        @Override
        public void delete(Path file) throws IOException {
            step(() -> REAL.delete(file), () -> {});
        }

        @Override
        public void syncFolder(Path folder) throws IOException {
            step(() -> REAL.syncFolder(folder), () -> {});
        }
    }
}
