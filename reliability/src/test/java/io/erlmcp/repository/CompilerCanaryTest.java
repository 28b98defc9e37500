package io.erlmcp.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles small sources as a module of this build, with the flags of the root pom, and asserts
 * that the faulty ones are refused: a check that is switched off by accident fails here.
 */
class CompilerCanaryTest {
    private static final long MAVEN_TIMEOUT_SECONDS = 120;

    private static final String SOURCE =
            """
            package io.erlmcp.canary;

            import org.jspecify.annotations.NullMarked;
            import org.jspecify.annotations.Nullable;

            @NullMarked
            final class Canary {
                private Canary() {}

                static @Nullable String none() {
                    return null;
                }

                static int length(%s) {
                    %s
                }
            }
            """;

    private static final String POM =
            """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <parent>
                <groupId>io.erlmcp</groupId>
                <artifactId>erlmcp</artifactId>
                <version>0.1.0-SNAPSHOT</version>
                <relativePath>%s</relativePath>
              </parent>
              <artifactId>canary</artifactId>
            </project>
            """;

    @TempDir Path folder;

    @Test
    void aCorrectSourceCompiles() throws Exception {
        var build = compile("String text", "return text.length();");

        assertThat(build.output).doesNotContain("[ERROR]", "[rawtypes]");
        assertThat(build.exitCode).isZero();
    }

    @Test
    void nullAwayRefusesTheDereferenceOfANullable() throws Exception {
        var build = compile("@Nullable String text", "return text.length();");

        assertThat(build.exitCode).isNotZero();
        assertThat(build.output).contains("[NullAway] dereferenced expression 'text' is @Nullable");
    }

    @Test
    void aWarningOfErrorProneIsAnError() throws Exception {
        var build = compile("String text", "return text.toUpperCase().length();");

        assertThat(build.exitCode).isNotZero();
        assertThat(build.output).contains("[StringCaseLocaleUsage]", "-Werror");
    }

    @Test
    void aWarningOfTheCompilerIsAnError() throws Exception {
        var build = compile("java.util.List text", "return text.size();");

        assertThat(build.exitCode).isNotZero();
        assertThat(build.output).contains("[rawtypes]", "-Werror");
    }

    private Build compile(String parameter, String body) throws IOException, InterruptedException {
        var sources = Files.createDirectories(folder.resolve("src/main/java/io/erlmcp/canary"));
        Files.writeString(sources.resolve("Canary.java"), SOURCE.formatted(parameter, body));
        var rootPom = folder.toRealPath().relativize(Repository.ROOT.resolve("pom.xml"));
        Files.writeString(folder.resolve("pom.xml"), POM.formatted(rootPom));
        return maven(
                "-o",
                "-Dstyle.color=never",
                "-Dmaven.repo.local=" + System.getProperty("maven.repository"),
                "compile");
    }

    private Build maven(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(System.getProperty("maven.command", "mvn"));
        command.add("-B");
        command.addAll(List.of(arguments));
        var log = folder.resolve("output.log");
        var process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            assertThat(process.waitFor(MAVEN_TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .as("Maven ended within %d s", MAVEN_TIMEOUT_SECONDS)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Build(process.exitValue(), Files.readString(log, UTF_8));
    }

    private record Build(int exitCode, String output) {}
}
