package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PlainServeTest {
    private static final int CASES = 2000;
    private static final List<List<String>> OPTIONS =
            List.of(
                    List.of("--config", "some file.yaml"),
                    List.of("--host", "::1"),
                    List.of("--port", "0"),
                    List.of("--admin-port", "9091"),
                    List.of("--log-level", "debug"),
                    List.of("--stdio"));
    private static final PrintStream OUT =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

    @Test
    void plainWordsMeanWhatTheLibraryReadsInThem() {
        Random random = new Random(20260728);
        for (int i = 0; i < CASES; i++) {
            List<List<String>> chosen = new ArrayList<>(OPTIONS);
            Collections.shuffle(chosen, random);
            List<String> words =
                    chosen.subList(0, random.nextInt(OPTIONS.size() + 1)).stream()
                            .flatMap(List::stream)
                            .toList();

            ServeCommand plain = ServeCommand.plain(words, OUT);

            ServeCommand expected = new ServeCommand(OUT);
            new CommandLine(expected).parseArgs(words.toArray(String[]::new));
            assertThat(plain).as("%s", words).usingRecursiveComparison().isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-h",
                "--port",
                "--port=1",
                "--prot 1",
                "--port 1 --port 2",
                "--stdio --stdio",
                "--port -1",
                "--config @file",
                "--config 'x'",
                "extra",
                "-- child"
            })
    void everythingElseIsLeftToTheLibrary(String words) {
        assertThat(ServeCommand.plain(List.of(words.split(" ")), OUT)).isNull();
    }
}
