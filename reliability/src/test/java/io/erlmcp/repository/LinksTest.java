package io.erlmcp.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents point to is there: links, files, and sub-commands of {@code ./erlmcp}. */
class LinksTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern BLOCK = Pattern.compile("```.*?```", Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile("\\./erlmcp +([a-z][a-z-]*)");
    private static final Pattern PATH = Pattern.compile("[\\w.-]+(/[\\w.-]+)*/?");
    private static final Pattern NAMES =
            Pattern.compile("\"([a-z][a-z-]*)\", *\\(\\) -> new \\w+Command");
    private static final Set<String> SUFFIXES =
            Set.of("md", "txt", "java", "xml", "sh", "mjs", "json", "yaml", "yml");

    private static Set<String> names = Set.of();

    /** One document, as its path in the repository and its text. */
    private record Document(Path path, String text) {
        static Document of(Path file) {
            try {
                return new Document(Repository.ROOT.relativize(file), Files.readString(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static List<Document> documents() throws IOException {
        List<Path> files =
                new ArrayList<>(Repository.files(Repository.ROOT.resolve("docs"), ".md"));
        for (String name : List.of("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")) {
            files.add(Repository.ROOT.resolve(name));
        }
        files.addAll(Repository.files(Repository.ROOT.resolve("benchmarks"), ".md"));
        return files.stream().map(Document::of).toList();
    }

    @BeforeAll
    static void collectFileNames() throws IOException {
        Set<String> found = new HashSet<>();
        for (Path file : Repository.files(Repository.ROOT, "")) {
            found.add(file.getFileName().toString());
        }
        names = found;
    }

    @Test
    void everyLinkAndFileResolves() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Document document : documents()) {
            broken.addAll(broken(document));
        }
        assertThat(broken).isEmpty();
    }

    private static List<String> broken(Document document) {
        Path folder = Repository.ROOT.resolve(document.path()).getParent();
        Stream<String> links =
                found(LINK, document.text())
                        .filter(link -> !link.matches("[a-z]+:.*|#.*"))
                        .map(link -> link.replaceFirst("#.*", ""))
                        .filter(link -> !Files.exists(folder.resolve(link)));
        Stream<String> paths =
                found(CODE, BLOCK.matcher(document.text()).replaceAll(""))
                        .map(code -> code.replaceFirst("^\\./", "").split(" ")[0])
                        .filter(LinksTest::isPath)
                        .filter(path -> !isThere(folder, path));
        return Stream.concat(links, paths).map(it -> document.path() + ": " + it).toList();
    }

    private static Stream<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(result -> result.group(1));
    }

    /** Whether a piece of code is meant as a file or folder of this repository. */
    private static boolean isPath(String code) {
        if (!PATH.matcher(code).matches() || code.startsWith("io.erlmcp")) {
            return false;
        }
        String first = code.split("/")[0];
        boolean isBelowTheRoot = code.contains("/") && Files.exists(Repository.ROOT.resolve(first));
        String suffix = code.substring(code.lastIndexOf('.') + 1);
        return isBelowTheRoot || (code.contains(".") && SUFFIXES.contains(suffix));
    }

    private static boolean isThere(Path folder, String path) {
        return Files.exists(Repository.ROOT.resolve(path))
                || Files.exists(folder.resolve(path))
                || isMadeByUsers(path)
                || (!path.contains("/") && names.contains(path))
                || path.matches("[\\w-]+/target/.*");
    }

    /** A file that the documents speak of and that belongs to those who run a node. */
    private static boolean isMadeByUsers(String path) {
        return path.equals("erlmcp.yaml");
    }

    @Test
    void everySubCommandExists() throws IOException {
        Set<String> known = subCommands();
        assertThat(known).contains("serve", "call", "list");
        List<String> unknown = new ArrayList<>();
        for (Document document : documents()) {
            found(COMMAND, document.text())
                    .filter(command -> !known.contains(command))
                    .forEach(command -> unknown.add(document.path() + ": " + command));
        }
        assertThat(unknown).isEmpty();
    }

    /** As the sources of the command line register them. */
    private static Set<String> subCommands() throws IOException {
        Path node = Repository.ROOT.resolve("erlmcp-node/src/main/java/io/erlmcp");
        String sources =
                Files.readString(node.resolve("node/Main.java"))
                        + Files.readString(node.resolve("cli/CommandLineParts.java"));
        return found(NAMES, sources).collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[x](none.md)",
                "[x](docs/none.md#there)",
                "`docs/none.md`",
                "`./benchmarks/none`",
                "`None.java`"
            })
    void whatIsNotThereIsFound(String text) {
        assertThat(broken(new Document(Path.of("README.md"), text))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[x](docs/config.md#http)",
                "[x](https://example.com/none.md)",
                "`docs/adr/`",
                "`./erlmcp serve`",
                "`text/plain`",
                "`mvn -B verify`"
            })
    void whatIsThereOrElsewhereIsNot(String text) {
        assertThat(broken(new Document(Path.of("README.md"), text))).isEmpty();
    }
}
