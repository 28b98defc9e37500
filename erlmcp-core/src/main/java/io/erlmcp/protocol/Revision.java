package io.erlmcp.protocol;

import java.util.List;
import java.util.Optional;

/** The published protocol revisions that erlmcp speaks, oldest first. */
public enum Revision {
    R2024_11_05("2024-11-05", Era.LEGACY),
    R2025_03_26("2025-03-26", Era.LEGACY),
    R2025_06_18("2025-06-18", Era.LEGACY),
    R2025_11_25("2025-11-25", Era.LEGACY),
    R2026_07_28("2026-07-28", Era.MODERN);

    /** The newest revision with a handshake; what {@code initialize} counter-offers. */
    public static final Revision LATEST_LEGACY = R2025_11_25;

    /** The newest revision. */
    public static final Revision LATEST = R2026_07_28;

    private static final List<Revision> ALL = List.of(values());

    private final String text;
    private final Era era;

    Revision(String text, Era era) {
        this.text = text;
        this.era = era;
    }

    /** The revision as written on the wire, such as {@code 2025-11-25}. */
    public String text() {
        return text;
    }

    public Era era() {
        return era;
    }

    public boolean isAtLeast(Revision other) {
        return compareTo(other) >= 0;
    }

    /** The revision written as {@code text}, if it is one that erlmcp speaks. */
    public static Optional<Revision> of(String text) {
        for (Revision revision : ALL) {
            if (revision.text.equals(text)) {
                return Optional.of(revision);
            }
        }
        return Optional.empty();
    }

    /** The revisions of an era, newest first, as {@code supportedVersions} lists them. */
    public static List<Revision> of(Era era) {
        return ALL.stream().filter(it -> it.era == era).toList().reversed();
    }

    @Override
    public String toString() {
        return text;
    }
}
