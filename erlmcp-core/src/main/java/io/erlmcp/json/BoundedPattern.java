package io.erlmcp.json;

import com.networknt.schema.regex.RegularExpression;
import java.util.regex.Pattern;

/**
 * A pattern of a schema that gives up after a number of steps, because a schema may come from a
 * peer and a pattern can take time exponential in the length of its input.
 */
final class BoundedPattern implements RegularExpression {
    static final int MAX_STEPS = 1_000_000;

    private final Pattern pattern;

    private BoundedPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    static RegularExpression compile(String regex) {
        return new BoundedPattern(Pattern.compile(regex));
    }

    @Override
    public boolean matches(String value) {
        return pattern.matcher(new Counted(value, 0, value.length(), new Steps())).find();
    }

    /**
     * Text that counts how often a character is looked at; the counter is shared with its parts.
     */
    private record Counted(String text, int from, int to, Steps steps) implements CharSequence {
        @Override
        public int length() {
            return to - from;
        }

        @Override
        public char charAt(int index) {
            if (++steps.taken > MAX_STEPS) {
                throw new TooCostly();
            }
            return text.charAt(from + index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text, from + start, from + end, steps);
        }

        @Override
        public String toString() {
            return text.substring(from, to);
        }
    }

    private static final class Steps {
        private int taken;
    }

    /** The pattern needs more than the allowed steps. */
    static final class TooCostly extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooCostly() {
            super("a pattern took more than " + MAX_STEPS + " steps");
        }
    }
}
