package io.erlmcp.config;

import java.time.Duration;

/** The server as clients see it; all of it is display data but the page size and the deadline. */
public record ServerConfig(
        @Setting("The name that clients see.") String name,
        @Setting("A title for people; empty for none.") String title,
        @Setting("What a model should know about this server; empty for none.") String instructions,
        @Setting(
                        value = "Entries on one page of a list; of tasks at most 100.",
                        min = "1",
                        max = "10000")
                int pageSize,
        @Setting(
                        value =
                                "The longest a call may run whose tool says nothing else; stops"
                                        + " while it waits for the user.",
                        min = "1s",
                        max = "1d")
                Duration callTimeout,
        @Setting(
                        value = "The longest the user may take to answer a question of a tool.",
                        min = "1s",
                        max = "1d")
                Duration answerTimeout) {
    public static final ServerConfig DEFAULTS =
            new ServerConfig("erlmcp", "", "", 1000, Duration.ofMinutes(1), Duration.ofMinutes(5));
}
