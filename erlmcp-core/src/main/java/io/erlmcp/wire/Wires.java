package io.erlmcp.wire;

import io.erlmcp.protocol.Revision;

/** One codec per revision; they have no state. */
final class Wires {
    private static final Wire V2024_11_05 = new LegacyWire(Revision.R2024_11_05);
    private static final Wire V2025_03_26 = new LegacyWire(Revision.R2025_03_26);
    private static final Wire V2025_06_18 = new LegacyWire(Revision.R2025_06_18);
    private static final Wire V2025_11_25 = new LegacyWire(Revision.R2025_11_25);
    private static final Wire V2026_07_28 = new ModernWire(Revision.R2026_07_28);

    private Wires() {}

    static Wire of(Revision revision) {
        return switch (revision) {
            case R2024_11_05 -> V2024_11_05;
            case R2025_03_26 -> V2025_03_26;
            case R2025_06_18 -> V2025_06_18;
            case R2025_11_25 -> V2025_11_25;
            case R2026_07_28 -> V2026_07_28;
        };
    }
}
