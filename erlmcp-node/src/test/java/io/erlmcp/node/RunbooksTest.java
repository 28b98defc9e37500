package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What operators are told to do can be found by its name, and be typed. */
@Requirement("docs.runbooks-andon")
class RunbooksTest {
    private static final Path FOLDER = Path.of("../docs/operations");
    private static final Path SOURCES = Path.of("src/main/java/io/erlmcp");

    /** In code, or in a line of its own; what follows after two spaces says what it does. */
    private static final Pattern COMMAND =
            Pattern.compile("(?m)(?:`|^ +)\\./erlmcp ((?:\"[^\"\n]*\"|(?!  |`| > | \\| )[^\n])+)");

    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(it -> it.toString().endsWith(".md")).sorted().toList();
        }
    }

    private static List<String> commands(String text) {
        return COMMAND.matcher(text).results().map(it -> it.group(1)).toList();
    }

    private static Stream<String> commands() throws IOException {
        List<String> all = new ArrayList<>();
        for (Path page : pages()) {
            commands(Files.readString(page)).forEach(it -> all.add(page.getFileName() + ": " + it));
        }
        all.addAll(
                commands(Files.readString(Path.of("../README.md"))).stream()
                        .map(it -> "README.md: " + it)
                        .toList());
        return all.stream().distinct();
    }

    private static void parse(String command) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(command);
        while (word.find()) {
            String quoted = word.group(1);
            words.add(quoted == null ? word.group(2) : quoted);
        }
        int split = words.indexOf("--");
        List<String> own = split < 0 ? words : words.subList(0, split);
        try (PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8)) {
            Main.commandLine(own, nowhere, split < 0 ? List.of() : List.of("server"))
                    .parseArgs(own.toArray(String[]::new));
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandOfTheRunbooksIsOneThatTheNodeKnows(String found) {
        parse(found.substring(found.indexOf(": ") + 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "`./erlmcp andon stop tools/echo`",
                "    ./erlmcp andon halt tools/echo --why \"under repair\"     planned",
                "    ./erlmcp andon halt\n",
                "`./erlmcp recovery a b`",
                "`./erlmcp upstreams accept files`"
            })
    void aCommandThatIsNotKnownIsFound(String text) {
        List<String> found = commands(text);
        assertThat(found).hasSize(1);
        assertThatThrownBy(() -> parse(found.getFirst()))
                .isInstanceOf(CommandLine.ParameterException.class);
    }

    @Test
    void whatFollowsACommandIsNoPartOfIt() {
        assertThat(
                        commands(
                                """
                                    ./erlmcp andon halt a --reason "b  c"     planned
                                    ./erlmcp receipts export > receipts.jsonl
                                    ./erlmcp receipts export | grep x
                                See `./erlmcp andon board`, and ./erlmcp is a program.
                                """))
                .containsExactly(
                        "andon halt a --reason \"b  c\"",
                        "receipts export",
                        "receipts export",
                        "andon board");
    }

    /** A row of the index, and the heading of the page that it leads to. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "COMPONENT_HALTED",
                "RECOVERY_EXHAUSTED",
                "CIRCUIT_BREAKER_OPEN",
                "SYSTEM_DEGRADED",
                "EMERGENCY_SHUTDOWN"
            })
    void eachStateIsFoundByItsNameInTheLogTheIndexAndAHeading(String state) throws IOException {
        Matcher row =
                Pattern.compile("(?m)^\\| \\[" + state + "\\]\\(([\\w-]+\\.md)(#[\\w-]+)?\\) \\|")
                        .matcher(Files.readString(FOLDER.resolve("README.md")));
        assertThat(row.find()).as("a row of the index").isTrue();
        String page = Files.readString(FOLDER.resolve(row.group(1)));
        assertThat(page).containsPattern("(?m)^#+ (Runbook: )?" + state + "$");
        assertThat(page)
                .containsPattern("(?m)^Followed by hand on \\d{4}-\\d\\d-\\d\\d at commit ");
        assertThat(page).contains("`" + state + ": ");
        assertThat(sources()).as("the lines of the log").contains('"' + state + ": ");
    }

    private static String sources() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(SOURCES.resolve("telemetry"))) {
            for (Path file : files.toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }
}
