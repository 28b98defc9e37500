package io.erlmcp.repository;

import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.PackageTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/** The rules about declarations: lengths, nesting, parameters and names. */
final class TidyTrees extends TreeScanner<@Nullable Void, @Nullable Void> {
    private static final Set<String> WORDS_TO_AVOID =
            Set.of("Manager", "Helper", "Helpers", "Util", "Utils", "Impl", "Base", "Enhanced");
    private static final Set<String> FIRST_WORDS_TO_AVOID = Set.of("Default", "New", "Abstract");
    private static final Set<String> PACKAGES_TO_AVOID =
            Set.of("util", "utils", "common", "impl", "internal", "manager", "helper", "misc");
    private static final Set<String> MCP_NAMES = Set.of("McpServer", "McpClient", "McpException");
    private static final Pattern VERSION_AT_END = Pattern.compile(".*V[2-9]$");
    private static final Pattern GETTER = Pattern.compile("get[A-Z].*");
    private static final Pattern WORD_START =
            Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

    /** Takes what is found. */
    interface Report {
        void add(long line, String rule, String found);
    }

    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final Report report;
    private final boolean production;
    private int nesting;
    private boolean insideRecord;

    TidyTrees(
            CompilationUnitTree unit,
            SourcePositions positions,
            Report report,
            boolean production) {
        this.unit = unit;
        this.positions = positions;
        this.report = report;
        this.production = production;
    }

    @Override
    public @Nullable Void visitPackage(PackageTree tree, @Nullable Void nothing) {
        for (var part : tree.getPackageName().toString().split("\\.")) {
            if (PACKAGES_TO_AVOID.contains(part)) {
                report.add(startLine(tree), "package-name", part);
            }
        }
        return super.visitPackage(tree, nothing);
    }

    @Override
    public @Nullable Void visitClass(ClassTree tree, @Nullable Void nothing) {
        var name = tree.getSimpleName().toString();
        checkName(tree, name);
        var outerNesting = nesting;
        var outerRecord = insideRecord;
        nesting = 0;
        insideRecord = tree.getKind() == Tree.Kind.RECORD;
        super.visitClass(tree, nothing);
        nesting = outerNesting;
        insideRecord = outerRecord;
        return null;
    }

    private void checkName(ClassTree tree, String name) {
        var words = List.of(WORD_START.split(name));
        var first = words.getFirst();
        if (words.stream().anyMatch(WORDS_TO_AVOID::contains)
                || FIRST_WORDS_TO_AVOID.contains(first)
                || VERSION_AT_END.matcher(name).matches()) {
            report.add(startLine(tree), "name", name);
        }
        if (production
                && TidyRules.isTopLevel(unit, tree)
                && first.equals("Mcp")
                && !MCP_NAMES.contains(name)) {
            report.add(
                    startLine(tree),
                    "name",
                    name + ": the prefix Mcp is for server, client and exception");
        }
    }

    @Override
    public @Nullable Void visitMethod(MethodTree tree, @Nullable Void nothing) {
        var name = tree.getName().toString();
        var lines = line(end(tree)) - startLine(tree) + 1;
        if (lines > TidyRules.MAX_METHOD_LINES) {
            report.add(startLine(tree), "method-length", name + " has " + lines + " lines");
        }
        var constructor = tree.getReturnType() == null;
        if (constructor
                && !insideRecord
                && tree.getParameters().size() > TidyRules.MAX_CONSTRUCTOR_PARAMETERS) {
            report.add(
                    startLine(tree),
                    "parameters",
                    tree.getParameters().size() + " in a constructor");
        }
        var overrides = tree.getModifiers().getAnnotations().toString().contains("Override");
        if (production
                && !overrides
                && tree.getParameters().isEmpty()
                && tree.getModifiers().getFlags().contains(Modifier.PUBLIC)
                && GETTER.matcher(name).matches()) {
            report.add(startLine(tree), "getter", name + ": accessors go without get");
        }
        return super.visitMethod(tree, nothing);
    }

    @Override
    public @Nullable Void visitIf(IfTree tree, @Nullable Void nothing) {
        enter(tree);
        scan(tree.getCondition(), nothing);
        scan(tree.getThenStatement(), nothing);
        if (tree.getElseStatement() instanceof IfTree next) {
            nesting--; // an else-if is a sibling
            scan(next, nothing);
            nesting++;
        } else {
            scan(tree.getElseStatement(), nothing);
        }
        nesting--;
        return null;
    }

    @Override
    public @Nullable Void visitForLoop(ForLoopTree tree, @Nullable Void nothing) {
        enter(tree);
        super.visitForLoop(tree, nothing);
        nesting--;
        return null;
    }

    @Override
    public @Nullable Void visitEnhancedForLoop(EnhancedForLoopTree tree, @Nullable Void nothing) {
        enter(tree);
        super.visitEnhancedForLoop(tree, nothing);
        nesting--;
        return null;
    }

    @Override
    public @Nullable Void visitWhileLoop(WhileLoopTree tree, @Nullable Void nothing) {
        enter(tree);
        super.visitWhileLoop(tree, nothing);
        nesting--;
        return null;
    }

    @Override
    public @Nullable Void visitDoWhileLoop(DoWhileLoopTree tree, @Nullable Void nothing) {
        enter(tree);
        super.visitDoWhileLoop(tree, nothing);
        nesting--;
        return null;
    }

    @Override
    public @Nullable Void visitSwitch(SwitchTree tree, @Nullable Void nothing) {
        enter(tree);
        super.visitSwitch(tree, nothing);
        nesting--;
        return null;
    }

    @Override
    public @Nullable Void visitSwitchExpression(SwitchExpressionTree tree, @Nullable Void nothing) {
        enter(tree);
        super.visitSwitchExpression(tree, nothing);
        nesting--;
        return null;
    }

    @Override
    public @Nullable Void visitSynchronized(SynchronizedTree tree, @Nullable Void nothing) {
        report.add(startLine(tree), "synchronized", "locks are ReentrantLocks");
        return super.visitSynchronized(tree, nothing);
    }

    @Override
    public @Nullable Void visitTry(TryTree tree, @Nullable Void nothing) {
        enter(tree);
        super.visitTry(tree, nothing);
        nesting--;
        return null;
    }

    @Override
    public @Nullable Void visitCatch(CatchTree tree, @Nullable Void nothing) {
        if (tree.getBlock().getStatements().isEmpty()
                && Arrays.stream(text(tree.getBlock()).split("\n"))
                        .noneMatch(l -> l.contains("//"))) {
            report.add(startLine(tree), "swallowed", "an empty catch says in a comment why");
        }
        return super.visitCatch(tree, nothing);
    }

    private void enter(Tree tree) {
        nesting++;
        if (nesting == TidyRules.MAX_NESTING + 1) {
            report.add(startLine(tree), "nesting", "deeper than " + TidyRules.MAX_NESTING);
        }
    }

    private String text(Tree tree) {
        try {
            return unit.getSourceFile()
                    .getCharContent(true)
                    .subSequence((int) start(tree), (int) end(tree))
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long startLine(Tree tree) {
        return line(start(tree));
    }

    private long line(long position) {
        return position < 0 ? 1 : unit.getLineMap().getLineNumber(position);
    }

    private long start(Tree tree) {
        return positions.getStartPosition(unit, tree);
    }

    private long end(Tree tree) {
        return positions.getEndPosition(unit, tree);
    }
}
