package io.erlmcp.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.repository.TidyRules.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules of size, nesting and naming over all sources, and what may stand in the root folder.
 */
class TidyTest {
    private static final Set<String> ROOT_FILES =
            Set.of(
                    "README.md",
                    "CONTRIBUTING.md",
                    "CHANGELOG.md",
                    "SECURITY.md",
                    "LICENSE",
                    "pom.xml",
                    "erlmcp",
                    ".gitignore",
                    ".ci",
                    ".mvn",
                    "docs",
                    "erlmcp-core",
                    "erlmcp-transports",
                    "erlmcp-store",
                    "erlmcp-cluster",
                    "erlmcp-node",
                    "erlmcp-testkit",
                    "conformance",
                    "benchmarks",
                    "reliability",
                    "deploy",
                    "examples");

    /** What git and tools put there; none of it is part of the repository. */
    private static final Set<String> NOT_OURS =
            Set.of(
                    ".git",
                    ".jqwik-database",
                    "target",
                    ".build",
                    "node_modules",
                    ".idea",
                    ".vscode");

    private static final Pattern HOST_OF_A_REGISTRY =
            Pattern.compile(
                    "(?:repo1?\\.maven|registry\\.(?:npmjs|yarnpkg)|pypi\\.)[a-z.]*\\.?(?:org|com)");

    @Test
    void sourcesKeepToTheRules() throws IOException {
        var violations = new ArrayList<Violation>();
        for (var file : Repository.files(Repository.ROOT, ".java")) {
            var name = Repository.ROOT.relativize(file).toString();
            violations.addAll(TidyRules.check(name, Files.readString(file)));
        }

        assertThat(violations).isEmpty();
    }

    @Test
    void theRootHoldsOnlyWhatTheDesignNames() throws IOException {
        try (var entries = Files.list(Repository.ROOT)) {
            assertThat(entries.map(e -> e.getFileName().toString()))
                    .allMatch(
                            name ->
                                    ROOT_FILES.contains(name)
                                            || NOT_OURS.contains(name)
                                            || name.endsWith(".iml"));
        }
    }

    @Test
    void noFileNamesTheHostOfARegistry() throws IOException {
        var found = new ArrayList<String>();
        for (var suffix :
                List.of(
                        ".java", ".xml", ".md", ".json", ".yaml", ".sh", ".mjs", ".txt",
                        ".config")) {
            for (var file : Repository.files(Repository.ROOT, suffix)) {
                if (HOST_OF_A_REGISTRY.matcher(Files.readString(file)).find()) {
                    found.add(Repository.ROOT.relativize(file).toString());
                }
            }
        }

        assertThat(found).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void eachRuleFindsWhatBreaksIt(String rule, String source) {
        assertThat(TidyRules.check("x/src/main/java/X.java", source))
                .extracting(Violation::rule)
                .containsExactly(rule);
    }

    static Stream<Arguments> eachRuleFindsWhatBreaksIt() {
        return Stream.of(
                Arguments.of("file-length", "class X {}\n" + "\n".repeat(400)),
                Arguments.of("method-length", "class X { void f() {" + "\n".repeat(60) + "} }"),
                Arguments.of("line-length", "class X {} //" + "x".repeat(108)),
                Arguments.of(
                        "nesting",
                        "class X { void f() { if (a) for (;;) while (b) try { } finally { } } }"),
                Arguments.of(
                        "parameters",
                        "class X { X(int a, int b, int c, int d, int e, int f, int g) {} }"),
                Arguments.of("name", "class SessionManager {}"),
                Arguments.of("name", "class DefaultSession {}"),
                Arguments.of("name", "class SessionImpl {}"),
                Arguments.of("name", "class SessionV2 {}"),
                Arguments.of("name", "class McpThing {}"),
                Arguments.of("package-name", "package io.erlmcp.util; class X {}"),
                Arguments.of("getter", "class X { public int getSize() { return 1; } }"),
                Arguments.of("console", "class X { void f() { System.out.println(1); } }"),
                Arguments.of("sleep", "class X { void f() { Thread.sleep(1); } }"),
                Arguments.of("open-work", "class X { // TODO later\n}"),
                Arguments.of("disabled-test", "class X { @Disabled void f() {} }"),
                Arguments.of("swallowed", "class X { void f() { try { g(); } catch (E e) { } } }"),
                Arguments.of("synchronized", "class X { void f() { synchronized (this) { } } }"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void whatIsAtTheLimitPasses(String what, String source) {
        assertThat(TidyRules.check("x/src/main/java/X.java", source)).isEmpty();
    }

    static Stream<Arguments> whatIsAtTheLimitPasses() {
        return Stream.of(
                Arguments.of("400 lines", "class X {}\n" + "\n".repeat(399)),
                Arguments.of(
                        "60 lines in a method", "class X { void f() {" + "\n".repeat(59) + "} }"),
                Arguments.of("120 characters", "class X {} //" + "x".repeat(107)),
                Arguments.of(
                        "nesting of 3", "class X { void f() { if (a) for (;;) while (b) g(); } }"),
                Arguments.of(
                        "else-if is no nesting",
                        "class X { void f() { if (a) {} else if (b) {} else if (c) {}"
                                + " else if (d) {} } }"),
                Arguments.of(
                        "6 parameters",
                        "class X { X(int a, int b, int c, int d, int e, int f) {} }"),
                Arguments.of(
                        "a wide record",
                        "record X(int a, int b, int c, int d, int e, int f, int g) {}"),
                Arguments.of("Base64", "class Base64Text {}"),
                Arguments.of("a name in a text", "class X { String s = \"System.out\"; }"),
                Arguments.of(
                        "an exception with a reason",
                        "// tidy: name, parameters, because the peer calls it so\n"
                            + "class XManager { XManager(int a, int b, int c, int d, int e, int f,"
                            + " int g) {} }"),
                Arguments.of(
                        "a getter that overrides",
                        "class X { @Override public int getSize() { return 1; } }"));
    }

    @Test
    void anExceptionWithoutAReasonDoesNotCount() {
        assertThat(TidyRules.check("X.java", "// tidy: name\nclass XManager {}")).hasSize(1);
        assertThat(
                        TidyRules.check(
                                "X.java", "class XManager {}\n// tidy: name, because it says so\n"))
                .isNotEmpty();
    }

    @Test
    void aPackageMustSayWhatItIsForAndBeNullMarked() {
        assertThat(TidyRules.check("x/package-info.java", "package x;"))
                .extracting(Violation::rule)
                .containsExactly("null-marked", "package-comment");
    }
}
