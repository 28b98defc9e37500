package io.erlmcp.recovery;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Hides what looks like a secret in the words of others, and what is known to be one. It is no
 * proof: who writes a password under no name into its standard error is not found out.
 */
public final class Secrets {
    /** Knows none by their value. */
    public static final Secrets NONE = new Secrets(List.of());

    private static final String HIDDEN = "***";
    private static final int MIN_LENGTH = 4;
    private static final String NAMES =
            "(authorization|passw(?:or)?d|passphrase|secret|token|api[_-]?key|credentials?|cookie)";
    private static final Pattern NAMED =
            Pattern.compile(
                    "(?i)"
                            + NAMES
                            + "([\"']?\\s{0,3}[:=]\\s{0,3}[\"']?)"
                            + "(?:(?:bearer|basic) )?[^\\s\"',;&]++");
    private static final Pattern SCHEME =
            Pattern.compile("(?i)\\b(bearer|basic) [A-Za-z0-9._~+/=-]{6,}+");
    private static final Pattern IN_URL = Pattern.compile("(://)[^\\s/@:]{1,100}:[^\\s/@]{1,200}@");

    private final List<String> values;

    private Secrets(List<String> values) {
        this.values = values;
    }

    /**
     * @param values such as those of headers and environments; very short ones are left out,
     *     because they would be found everywhere
     */
    public static Secrets of(Collection<String> values) {
        return new Secrets(
                values.stream()
                        .filter(it -> it.length() >= MIN_LENGTH)
                        .distinct()
                        .sorted(Comparator.comparingInt(String::length).reversed())
                        .toList());
    }

    /** The text without them. */
    public String hide(String text) {
        String hidden = text;
        for (String value : values) {
            hidden = hidden.replace(value, HIDDEN);
        }
        hidden = IN_URL.matcher(hidden).replaceAll("$1" + HIDDEN + "@");
        hidden = NAMED.matcher(hidden).replaceAll("$1$2" + HIDDEN);
        return SCHEME.matcher(hidden).replaceAll("$1 " + HIDDEN);
    }
}
