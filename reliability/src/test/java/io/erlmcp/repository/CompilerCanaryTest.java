package io.erlmcp.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles small sources as a module of this build, with the flags of the root pom, and asserts
 * that the faulty ones are refused: a check that is switched off by accident fails here.
 */
class CompilerCanaryTest {
    private static final long MAVEN_TIMEOUT_SECONDS = 240;

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
              <artifactId>%s</artifactId>
            </project>
            """;

    private static final String MODULES =
            """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>canary</groupId>
              <artifactId>canaries</artifactId>
              <version>1</version>
              <packaging>pom</packaging>
              <modules>%s</modules>
            </project>
            """;

    @TempDir static Path folder;

    private static String output = "";

    /** One run of Maven for all of them: starting it takes longer than compiling. */
    @BeforeAll
    static void compileAll() throws Exception {
        write("correct", "String text", "return text.length();");
        write("nullable", "@Nullable String text", "return text.length();");
        write("locale", "String text", "return text.toUpperCase().length();");
        write("raw", "java.util.List text", "return text.size();");
        var modules =
                "<module>correct</module><module>nullable</module><module>locale</module><module>raw</module>";
        Files.writeString(folder.resolve("pom.xml"), MODULES.formatted(modules));
        output =
                maven(
                        "-o",
                        "-fae",
                        "-Dmaven.repo.local=" + System.getProperty("maven.repository"),
                        "compile");
    }

    @Test
    void aCorrectSourceCompiles() {
        assertThat(
                        Files.exists(
                                folder.resolve(
                                        "correct/target/classes/io/erlmcp/canary/Canary.class")))
                .isTrue();
        assertThat(output).doesNotContain(source("correct"));
    }

    @Test
    void nullAwayRefusesTheDereferenceOfANullable() {
        assertThat(complaint("nullable"))
                .contains("[NullAway] dereferenced expression 'text' is @Nullable");
    }

    @Test
    void aWarningOfErrorProneIsAnError() {
        assertThat(complaint("locale")).contains("[StringCaseLocaleUsage]");
    }

    @Test
    void aWarningOfTheCompilerIsAnError() {
        assertThat(complaint("raw")).contains("[rawtypes]");
    }

    /** What the compiler says of a module that has no class file in the end. */
    private static String complaint(String module) {
        assertThat(Files.exists(folder.resolve(module).resolve("target/classes/io")))
                .as(output)
                .isFalse();
        return output.lines().filter(line -> line.contains(source(module))).collect(joining("\n"));
    }

    private static String source(String module) {
        return module + "/src/main/java/io/erlmcp/canary/Canary.java";
    }

    private static void write(String module, String parameter, String body) throws IOException {
        var source = folder.resolve(source(module));
        Files.createDirectories(source.getParent());
        Files.writeString(source, SOURCE.formatted(parameter, body));
        var home = folder.resolve(module);
        var rootPom = home.toRealPath().relativize(Repository.ROOT.resolve("pom.xml"));
        Files.writeString(home.resolve("pom.xml"), POM.formatted(rootPom, module));
    }

    private static String maven(String... arguments) throws IOException, InterruptedException {
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
        return Files.readString(log, UTF_8);
    }
}
