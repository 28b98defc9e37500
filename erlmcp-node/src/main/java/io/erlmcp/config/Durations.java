package io.erlmcp.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Durations as they are written in the file: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h},
 * {@code 7d}.
 */
public final class Durations {
    private static final Map<String, Long> MILLIS = new LinkedHashMap<>();

    static {
        MILLIS.put("ms", 1L);
        MILLIS.put("s", 1000L);
        MILLIS.put("m", 60_000L);
        MILLIS.put("h", 3_600_000L);
        MILLIS.put("d", 86_400_000L);
    }

    private Durations() {}

    /**
     * @throws IllegalArgumentException when {@code text} is no duration
     */
    public static Duration parse(String text) {
        String stripped = text.strip();
        int split = 0;
        while (split < stripped.length()
                && stripped.charAt(split) >= '0'
                && stripped.charAt(split) <= '9') {
            split++;
        }
        Long factor = MILLIS.get(stripped.substring(split).strip());
        if (split == 0 || split > 12 || factor == null) {
            throw new IllegalArgumentException("not a duration: " + text);
        }
        return Duration.ofMillis(
                Math.multiplyExact(Long.parseLong(stripped.substring(0, split)), factor));
    }

    static String format(Duration duration) {
        long millis = duration.toMillis();
        String text = millis + "ms";
        for (Map.Entry<String, Long> unit : MILLIS.entrySet()) {
            if (millis != 0 && millis % unit.getValue() == 0) {
                text = millis / unit.getValue() + unit.getKey();
            }
        }
        return millis == 0 ? "0s" : text;
    }
}
