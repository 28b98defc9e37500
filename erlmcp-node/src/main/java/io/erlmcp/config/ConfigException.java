package io.erlmcp.config;

import java.util.List;

/** The configuration cannot be used; each problem names the key, the value and what is allowed. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    ConfigException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    ConfigException(String problem) {
        this(List.of(problem));
    }

    /** One line each. */
    public List<String> problems() {
        return problems;
    }
}
