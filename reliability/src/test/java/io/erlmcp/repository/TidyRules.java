package io.erlmcp.repository;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * What a source file of this repository must keep to. A file may break a rule when its first
 * comment says why: {@code tidy: file-length, because ...} (several rules are joined by commas).
 */
final class TidyRules {
    static final int MAX_FILE_LINES = 400;
    static final int MAX_METHOD_LINES = 60;
    static final int MAX_LINE_CHARS = 120;
    static final int MAX_NESTING = 3;
    static final int MAX_CONSTRUCTOR_PARAMETERS = 6;

    private static final Pattern FIRST_COMMENT =
            Pattern.compile("/\\*.*?\\*/|//[^\\n]*(?:\\n[ \\t]*//[^\\n]*)*", Pattern.DOTALL);
    private static final Pattern EXCEPTION =
            Pattern.compile("tidy: ([a-z-]+(?:, (?!because)[a-z-]+)*),? because \\S+ \\S+ \\S+");
    private static final Pattern OPEN_WORK = Pattern.compile("\\b(?:TODO|FIXME|XXX)\\b");
    private static final Pattern CONSOLE = Pattern.compile("\\bSystem\\s*\\.\\s*out\\b");
    private static final Pattern SLEEP = Pattern.compile("\\bThread\\s*\\.\\s*sleep\\b");
    private static final Pattern SWITCHED_OFF = Pattern.compile("@(?:Disabled|Ignore)\\b");

    /** A broken rule: where, which, and what was found. */
    record Violation(String file, long line, String rule, String found) {
        @Override
        public String toString() {
            return "%s:%d: %s: %s".formatted(file, line, rule, found);
        }
    }

    private final String file;
    private final String source;
    private final List<Violation> violations = new ArrayList<>();

    private TidyRules(String file, String source) {
        this.file = file;
        this.source = source;
    }

    /** Checks one source; the path is relative to the repository. */
    static List<Violation> check(String file, String source) {
        return new TidyRules(file, source).check();
    }

    private List<Violation> check() {
        var lines = source.lines().toList();
        if (lines.size() > MAX_FILE_LINES) {
            report(1, "file-length", lines.size() + " lines, at most " + MAX_FILE_LINES);
        }
        for (var i = 0; i < lines.size(); i++) {
            checkLine(i + 1, lines.get(i));
        }
        var task = task();
        var unit = parse(task);
        if (file.endsWith("package-info.java")) {
            checkPackage(unit);
        }
        var positions = Trees.instance(task).getSourcePositions();
        new TidyTrees(unit, positions, this::report, file.contains("/src/main/")).scan(unit, null);
        var excepted = exceptions();
        return violations.stream().filter(v -> !excepted.contains(v.rule)).toList();
    }

    private void checkLine(int number, String line) {
        if (line.length() > MAX_LINE_CHARS) {
            report(number, "line-length", line.length() + " characters, at most " + MAX_LINE_CHARS);
        }
        var withoutTexts = line.replaceAll("\"(?:\\\\.|[^\"\\\\])*\"", "\"\"");
        if (OPEN_WORK.matcher(withoutTexts).find()) {
            report(number, "open-work", line.strip());
        }
        var code = withoutTexts.replaceAll("(?:^\\s*\\*|//).*", "");
        if (CONSOLE.matcher(code).find()) {
            report(number, "console", line.strip());
        }
        if (SLEEP.matcher(code).find()) {
            report(number, "sleep", line.strip());
        }
        if (SWITCHED_OFF.matcher(code).find()) {
            report(number, "disabled-test", line.strip());
        }
    }

    private void checkPackage(CompilationUnitTree unit) {
        if (!unit.getPackage().getAnnotations().toString().contains("NullMarked")) {
            report(1, "null-marked", "the package is not @NullMarked");
        }
        if (!source.stripLeading().startsWith("/**")) {
            report(1, "package-comment", "no comment says what the package is for");
        }
    }

    private void report(long line, String rule, String found) {
        violations.add(new Violation(file, line, rule, found));
    }

    private List<String> exceptions() {
        var comment = FIRST_COMMENT.matcher(source);
        if (!comment.find() || source.substring(0, comment.start()).contains("{")) {
            return List.of();
        }
        var text = comment.group().replaceAll("\\s*\\n\\s*(?:\\*|//)\\s*", " ");
        var exception = EXCEPTION.matcher(text);
        return exception.find() ? List.of(exception.group(1).split(", ?")) : List.of();
    }

    private JavacTask task() {
        return (JavacTask)
                ToolProvider.getSystemJavaCompiler()
                        .getTask(null, null, d -> {}, List.of(), null, List.of(new Source(source)));
    }

    private static CompilationUnitTree parse(JavacTask task) {
        try {
            return task.parse().iterator().next();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a type is declared by the file itself rather than inside another. */
    static boolean isTopLevel(CompilationUnitTree unit, ClassTree type) {
        return unit.getTypeDecls().contains(type);
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(URI.create("string:///Source.java"), JavaFileObject.Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
