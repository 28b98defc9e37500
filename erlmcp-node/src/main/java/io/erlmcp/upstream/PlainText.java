package io.erlmcp.upstream;

import org.jspecify.annotations.Nullable;

/** Text of others, made fit for a line of a log or an error: cut, and on one line. */
final class PlainText {
    private PlainText() {}

    static String of(@Nullable String text, int maxLength) {
        if (text == null) {
            return "";
        }
        StringBuilder out = new StringBuilder(Math.min(text.length(), maxLength));
        text.codePoints().limit(maxLength).map(PlainText::visible).forEach(out::appendCodePoint);
        return text.length() > maxLength ? out.append("...").toString() : out.toString();
    }

    /** Controls, line ends and marks that turn the direction of writing become question marks. */
    private static int visible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED ->
                    c == '\t' ? ' ' : '?';
            default -> c;
        };
    }
}
