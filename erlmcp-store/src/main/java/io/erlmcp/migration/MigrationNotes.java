package io.erlmcp.migration;

import io.erlmcp.migration.Pending.Names;
import io.erlmcp.migration.Pending.Where;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the notes of a migration allow: they know their stores, and whether the target has stood
 * alone. From then on the source is of the past, and nothing must be read from it.
 */
public final class MigrationNotes {
    private static final int STANDS_ALONE = 3;

    private MigrationNotes() {}

    /**
     * Looks whether the target can do without the source.
     *
     * @return why it cannot yet; empty when it can
     * @throws IOException when the file cannot be used
     * @throws OtherMigration when the notes are of another target
     */
    public static Optional<String> notYet(String target, Path notes)
            throws IOException, OtherMigration {
        if (!Files.exists(notes)) {
            return Optional.of("no migration to it was begun");
        }
        Pending noted = Pending.look(notes);
        checkTarget(noted.names(), target, notes);
        if (noted.isAlone()) {
            return Optional.empty();
        }
        if (!noted.isTargetFilled()) {
            return Optional.of("not everything was copied to it");
        }
        int lacking = noted.lacking(Where.TARGET);
        return lacking == 0 ? Optional.empty() : Optional.of("it lacks " + lacking + " changes");
    }

    /**
     * Notes that the target stands alone from now on: there is no way back to the source.
     *
     * @throws IOException when that cannot be noted
     */
    public static void standAlone(Path notes) throws IOException {
        try (Pending pending = Pending.open(notes, Integer.MAX_VALUE)) {
            pending.setAlone();
        }
    }

    static Names names(MigratingStore.Plan plan) {
        return new Names(plan.source().name(), plan.target().name());
    }

    /** Before both stores are written: which may delete from the target. */
    static void checkBoth(MigratingStore.Plan plan, Path notes) throws IOException, OtherMigration {
        Names wanted = names(plan);
        if (!Files.exists(notes)) {
            checkEmpty(plan, notes);
            return;
        }
        Pending noted = Pending.look(notes);
        Names names = noted.names();
        if (names != null && !names.source().equals(wanted.source())) {
            throw other("source", wanted.source(), names, names.source(), notes);
        }
        checkTarget(names, wanted.target(), notes);
        if (noted.isAlone()) {
            throw new OtherMigration(
                    "migration.phase: "
                            + (plan.config().phase() == MigrationConfig.Phase.READ_SOURCE ? 1 : 2)
                            + ", but "
                            + notes
                            + " says that \""
                            + wanted.target()
                            + "\" has stood alone (phase "
                            + STANDS_ALONE
                            + "): \""
                            + wanted.source()
                            + "\" knows nothing of what changed since, so that sessions would be"
                            + " lost and ended ones live again; set migration.phase: "
                            + STANDS_ALONE
                            + ". To move on, set migration.source: \""
                            + wanted.target()
                            + "\" and migration.target to a new folder, and move "
                            + notes
                            + " away");
        }
    }

    private static void checkTarget(@Nullable Names noted, String target, Path notes)
            throws OtherMigration {
        if (noted != null && !noted.target().equals(target)) {
            throw other("target", target, noted, noted.target(), notes);
        }
    }

    private static OtherMigration other(
            String key, String found, Names noted, String wanted, Path notes) {
        return new OtherMigration(
                "migration."
                        + key
                        + ": \""
                        + found
                        + "\", but "
                        + notes
                        + " is of the migration from \""
                        + noted.source()
                        + "\" to \""
                        + noted.target()
                        + "\"; set it to \""
                        + wanted
                        + "\" to go on with that one. Where that one is over and another is"
                        + " meant, move "
                        + notes
                        + " away");
    }

    /** What the target alone has would be deleted as not being in the source. */
    private static void checkEmpty(MigratingStore.Plan plan, Path notes) throws OtherMigration {
        int sessions = plan.target().sessions().size();
        if (sessions > 0 && plan.source().sessions().isDurable()) {
            throw new OtherMigration(
                    "migration.target: \""
                            + plan.target().name()
                            + "\" holds "
                            + sessions
                            + " sessions already, and there is no "
                            + notes
                            + " that says from where; name a folder that is missing or empty, or"
                            + " put the notes back");
        }
    }
}
