package io.erlmcp.repository;

import static java.util.stream.Collectors.joining;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import io.erlmcp.testing.Requirement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The known requirements, and which test classes name them. */
record Requirements(
        Map<String, Map<String, String>> sections, SortedMap<String, SortedSet<String>> tests) {

    /**
     * Reads the list of ids: {@code # section}, then lines of an id, white space, and a title.
     *
     * @throws IllegalArgumentException for a line of another form or an id that is listed twice
     */
    static Map<String, Map<String, String>> read(List<String> lines) {
        var sections = new LinkedHashMap<String, Map<String, String>>();
        var section = "";
        for (var line : lines) {
            if (line.startsWith("# ")) {
                section = line.substring(2);
            } else if (!line.isBlank()) {
                var words = line.split("\\s+", 2);
                var known = sections.values().stream().anyMatch(ids -> ids.containsKey(words[0]));
                if (words.length < 2 || known) {
                    throw new IllegalArgumentException("no title, or listed twice: " + line);
                }
                sections.computeIfAbsent(section, s -> new LinkedHashMap<>())
                        .put(words[0], words[1]);
            }
        }
        return sections;
    }

    /** Collects the annotations of all tests; a class stands for its methods. */
    static SortedMap<String, SortedSet<String>> namedBy(JavaClasses classes) {
        var tests = new TreeMap<String, SortedSet<String>>();
        for (var type : classes) {
            ids(type)
                    .forEach(
                            id ->
                                    tests.computeIfAbsent(id, i -> new TreeSet<>())
                                            .add(topLevelName(type)));
        }
        return tests;
    }

    private static Stream<String> ids(JavaClass type) {
        var ofType = type.tryGetAnnotationOfType(Requirement.class).stream();
        var ofMethods =
                type.getMethods().stream()
                        .map((JavaMethod m) -> m.tryGetAnnotationOfType(Requirement.class))
                        .flatMap(Optional::stream);
        return Stream.concat(ofType, ofMethods)
                .flatMap(requirement -> Arrays.stream(requirement.value()));
    }

    private static String topLevelName(JavaClass type) {
        var name = type.getName().substring(type.getPackageName().length() + 1);
        return name.replaceAll("\\$.*", "");
    }

    /** Ids that tests name and the list does not, with the tests. */
    List<String> unknown() {
        var unknown = new ArrayList<String>();
        tests.forEach(
                (id, classes) -> {
                    if (sections.values().stream().noneMatch(ids -> ids.containsKey(id))) {
                        unknown.add(id + " in " + String.join(", ", classes));
                    }
                });
        return unknown;
    }

    /** The page for people. */
    String report() {
        var known = sections.values().stream().mapToInt(Map::size).sum();
        var proven = known - sections.values().stream().mapToInt(this::unproven).sum();
        var page = new StringBuilder();
        page.append("# Requirements and the tests that name them\n\n");
        page.append(
                "Written by `RequirementsTest` from `@Requirement` and `docs/requirements-ids.txt`;"
                        + " ");
        page.append("accept changes with `-Dgolden=update`.\n");
        page.append("%d of %d have tests.\n".formatted(proven, known));
        sections.forEach(
                (title, ids) -> {
                    page.append(
                            "\n## %s\n\n| id | what | tests |\n|---|---|---|\n".formatted(title));
                    ids.forEach(
                            (id, what) ->
                                    page.append(
                                            "| `%s` | %s | %s |\n"
                                                    .formatted(id, what, classes(id))));
                });
        return page.toString();
    }

    private int unproven(Map<String, String> ids) {
        return (int) ids.keySet().stream().filter(id -> !tests.containsKey(id)).count();
    }

    private String classes(String id) {
        return tests.getOrDefault(id, new TreeSet<>()).stream().collect(joining(", "));
    }
}
