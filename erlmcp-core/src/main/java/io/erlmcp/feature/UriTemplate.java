package io.erlmcp.feature;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A URI template that URIs are matched against, in time linear to the URI's length: from the end to
 * the start it is worked out where each part can begin, then one pass cuts the values. A {@code
 * {var}} takes as little as possible, a {@code {+var}} as much as possible.
 */
final class UriTemplate {
    static final int MAX_TEMPLATE_CHARS = 2_048;
    static final int MAX_PARTS = 64;
    static final int MAX_URI_CHARS = 8_192;

    /** A piece of the path, in order. */
    private sealed interface Part {}

    /** Text that must stand there as it is. */
    private record Literal(String text) implements Part {}

    /**
     * A value of at least one character; {@code reserved} lets it hold everything a URI may hold.
     */
    private record Variable(String name, boolean reserved) implements Part {}

    /** A slash and a value, or nothing. */
    private record Segment(String name) implements Part {}

    private final String template;
    private final List<Part> parts;
    private final Set<String> names;
    private final Set<String> queryNames;

    private UriTemplate(
            String template, List<Part> parts, Set<String> names, Set<String> queryNames) {
        this.template = template;
        this.parts = List.copyOf(parts);
        this.names = Set.copyOf(names);
        this.queryNames = Set.copyOf(queryNames);
    }

    /**
     * @throws IllegalArgumentException that names the template and what is wrong with it
     */
    static UriTemplate parse(String template) {
        return new Parser(template).parse();
    }

    /**
     * The variables' values, percent-decoded, in the template's order; empty when the URI does not
     * match.
     */
    Optional<Map<String, String>> match(String uri) {
        if (uri.length() > MAX_URI_CHARS) {
            return Optional.empty();
        }
        int question = queryNames.isEmpty() ? -1 : uri.indexOf('?');
        String path = question < 0 ? uri : uri.substring(0, question);
        Map<String, String> values = new LinkedHashMap<>();
        boolean matches =
                matchPath(path, values)
                        && (question < 0 || matchQuery(uri.substring(question + 1), values));
        return matches ? Optional.of(Collections.unmodifiableMap(values)) : Optional.empty();
    }

    /** The text before the first variable. */
    String begin() {
        return parts.getFirst() instanceof Literal literal ? literal.text() : "";
    }

    /** The names of all variables. */
    Set<String> names() {
        return names;
    }

    @Override
    public String toString() {
        return template;
    }

    private boolean matchPath(String path, Map<String, String> values) {
        if (parts.getFirst() instanceof Literal literal && !path.startsWith(literal.text())) {
            return false;
        }
        List<BitSet> starts = starts(path);
        if (!starts.getFirst().get(0)) {
            return false;
        }
        int at = 0;
        for (int p = 0; p < parts.size(); p++) {
            int end = end(parts.get(p), path, at, starts.get(p + 1));
            if (!put(parts.get(p), path, at, end, values)) {
                return false;
            }
            at = end;
        }
        return true;
    }

    /** For each part, and for the end, the positions from which the rest of the path matches. */
    private List<BitSet> starts(String path) {
        List<BitSet> starts = new ArrayList<>();
        BitSet next = new BitSet();
        next.set(path.length());
        starts.add(next);
        for (Part part : parts.reversed()) {
            next = startsOf(part, path, next);
            starts.add(next);
        }
        return starts.reversed();
    }

    private static BitSet startsOf(Part part, String path, BitSet next) {
        BitSet starts = new BitSet();
        switch (part) {
            case Literal literal -> {
                int length = literal.text().length();
                for (int end = next.nextSetBit(0); end >= 0; end = next.nextSetBit(end + 1)) {
                    if (end >= length && path.startsWith(literal.text(), end - length)) {
                        starts.set(end - length);
                    }
                }
            }
            case Variable variable -> starts.or(valueStarts(path, variable.reserved(), next));
            case Segment segment -> {
                starts.or(next);
                BitSet values = valueStarts(path, false, next);
                for (int i = values.nextSetBit(0); i >= 0; i = values.nextSetBit(i + 1)) {
                    if (i > 0 && path.charAt(i - 1) == '/') {
                        starts.set(i - 1);
                    }
                }
            }
        }
        return starts;
    }

    /** The positions from which a value of one or more characters leads to one of {@code next}. */
    private static BitSet valueStarts(String path, boolean reserved, BitSet next) {
        BitSet starts = new BitSet();
        for (int i = path.length() - 1; i >= 0; i--) {
            int step = step(path, i, reserved);
            if (step > 0 && (next.get(i + step) || starts.get(i + step))) {
                starts.set(i);
            }
        }
        return starts;
    }

    /**
     * How long the character of a value at {@code at} is; 0 when there is none that may be in a
     * value.
     */
    private static int step(String path, int at, boolean reserved) {
        char c = path.charAt(at);
        if (c == '%') {
            return PercentText.isTriplet(path, at) ? 3 : 0;
        }
        boolean allowed =
                reserved
                        ? c > ' ' && c < 0x7f
                        : PercentText.isUnreserved(c) || "!$&'()*+,;=:@".indexOf(c) >= 0;
        return allowed ? 1 : 0;
    }

    /** Where {@code part}, which begins at {@code at}, ends, given where the next may begin. */
    private static int end(Part part, String path, int at, BitSet next) {
        return switch (part) {
            case Literal literal -> at + literal.text().length();
            case Variable variable -> valueEnd(path, at, variable.reserved(), next);
            case Segment segment -> {
                if (at < path.length() && path.charAt(at) == '/') {
                    int end = valueEnd(path, at + 1, false, next);
                    yield end > 0 ? end : at;
                }
                yield at;
            }
        };
    }

    /**
     * The end of the value: the nearest one, or the farthest when it may hold reserved characters;
     * -1 if none.
     */
    private static int valueEnd(String path, int at, boolean reserved, BitSet next) {
        int found = -1;
        int i = at;
        while (i < path.length()) {
            int step = step(path, i, reserved);
            if (step == 0) {
                break;
            }
            i += step;
            if (next.get(i)) {
                found = i;
                if (!reserved) {
                    break;
                }
            }
        }
        return found;
    }

    private static boolean put(
            Part part, String path, int at, int end, Map<String, String> values) {
        return switch (part) {
            case Literal literal -> true;
            case Variable variable -> put(variable.name(), path.substring(at, end), values);
            case Segment segment ->
                    at == end || put(segment.name(), path.substring(at + 1, end), values);
        };
    }

    private boolean matchQuery(String query, Map<String, String> values) {
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 0 || !queryNames.contains(pair.substring(0, equals))) {
                return false;
            }
            String name = pair.substring(0, equals);
            if (values.containsKey(name) || !put(name, pair.substring(equals + 1), values)) {
                return false;
            }
        }
        return true;
    }

    private static boolean put(String name, String encoded, Map<String, String> values) {
        Optional<String> decoded = PercentText.decode(encoded);
        decoded.ifPresent(value -> values.put(name, value));
        return decoded.isPresent();
    }

    /** Reads a template once. */
    private static final class Parser {
        private final String template;
        private final List<Part> parts = new ArrayList<>();
        private final Set<String> names = new HashSet<>();
        private final Set<String> queryNames = new HashSet<>();

        Parser(String template) {
            this.template = template;
        }

        UriTemplate parse() {
            if (template.isEmpty() || template.length() > MAX_TEMPLATE_CHARS) {
                throw wrong(
                        "must have 1 to "
                                + MAX_TEMPLATE_CHARS
                                + " characters, has "
                                + template.length());
            }
            int at = 0;
            while (at < template.length()) {
                int open = template.indexOf('{', at);
                addLiteral(template.substring(at, open < 0 ? template.length() : open));
                if (open < 0) {
                    break;
                }
                int close = template.indexOf('}', open);
                if (close < 0) {
                    throw wrong("'{' at " + open + " is not closed");
                }
                addExpression(template.substring(open + 1, close));
                at = close + 1;
            }
            if (names.isEmpty()) {
                throw wrong("has no variable");
            }
            if (parts.size() > MAX_PARTS) {
                throw wrong("must have at most " + MAX_PARTS + " parts, has " + parts.size());
            }
            if (parts.isEmpty()) {
                throw wrong("must begin with a path");
            }
            return new UriTemplate(template, parts, names, queryNames);
        }

        private void addLiteral(String text) {
            if (text.isEmpty()) {
                return;
            }
            if (!queryNames.isEmpty()) {
                throw wrong("nothing may follow {?...}");
            }
            if (text.indexOf('}') >= 0) {
                throw wrong("has a '}' without '{'");
            }
            parts.add(new Literal(text));
        }

        private void addExpression(String expression) {
            char operator = expression.isEmpty() ? ' ' : expression.charAt(0);
            if (!queryNames.isEmpty()) {
                throw wrong("nothing may follow {?...}");
            }
            switch (operator) {
                case '+' -> addVariable(new Variable(name(expression.substring(1)), true));
                case '/' -> {
                    for (String name : expression.substring(1).split(",", -1)) {
                        parts.add(new Segment(name(name)));
                    }
                }
                case '?' -> {
                    if (template.substring(0, template.indexOf("{?")).indexOf('?') >= 0) {
                        throw wrong("must not have a '?' before {?...}");
                    }
                    for (String name : expression.substring(1).split(",", -1)) {
                        queryNames.add(name(name));
                    }
                }
                default -> addVariable(new Variable(name(expression), false));
            }
        }

        private void addVariable(Variable variable) {
            if (!parts.isEmpty() && !(parts.getLast() instanceof Literal)) {
                throw wrong(
                        "needs text before {"
                                + variable.name()
                                + "}, or its values cannot be told apart");
            }
            parts.add(variable);
        }

        private String name(String name) {
            if (name.isEmpty()) {
                throw wrong("has an expression without a name");
            }
            for (int i = 0; i < name.length(); i++) {
                char c = name.charAt(i);
                boolean allowed =
                        PercentText.isUnreserved(c) && c != '-' && c != '~' && (c != '.' || i > 0);
                if (!allowed) {
                    throw wrong(
                            "has an expression that is not supported: {"
                                    + name
                                    + "}; supported are {var}, {+var}, {/var} and {?a,b}");
                }
            }
            if (!names.add(name)) {
                throw wrong("names the variable " + name + " twice");
            }
            return name;
        }

        private IllegalArgumentException wrong(String what) {
            return new IllegalArgumentException("URI template " + template + ": " + what);
        }
    }
}
