package io.erlmcp.config;

import java.util.Collection;
import java.util.Optional;

/** What somebody who mistyped a word may have meant. */
public final class NearestMatch {
    private NearestMatch() {}

    /** The candidate with the smallest edit distance, if that is at most a third of the word. */
    public static Optional<String> of(String word, Collection<String> candidates) {
        int best = Math.max(2, word.length() / 3) + 1;
        String found = null;
        for (String candidate : candidates) {
            int distance = distance(word, candidate);
            if (distance < best) {
                best = distance;
                found = candidate;
            }
        }
        return Optional.ofNullable(found);
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(row[j - 1], above) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
