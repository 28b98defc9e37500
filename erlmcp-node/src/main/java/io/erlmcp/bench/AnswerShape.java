package io.erlmcp.bench;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An answer that was found right, as bytes with a gap where its id stood and one where its text
 * stood. Another answer of that shape, with the id and the text of its own request in the gaps,
 * says the same and is as right.
 */
final class AnswerShape {
    private final byte[] bytes;
    private final int idAt;
    private final int idEnd;
    private final int textAt;
    private final int textEnd;

    private AnswerShape(byte[] bytes, int idAt, int idLength, int textAt, int textLength) {
        this.bytes = bytes;
        this.idAt = idAt;
        this.idEnd = idAt + idLength;
        this.textAt = textAt;
        this.textEnd = textAt + textLength;
    }

    /** The shape of a right answer; null where id or text do not stand in it exactly once. */
    static @Nullable AnswerShape of(byte[] all, int from, int to, RequestBytes request) {
        byte[] bytes = Arrays.copyOfRange(all, from, to);
        int idAt = only(bytes, request.bytes(), request.idAt(), request.idLength());
        int textAt =
                request.textLength() == 0
                        ? bytes.length
                        : only(bytes, request.bytes(), request.textAt(), request.textLength());
        return idAt < 0 || textAt < 0
                ? null
                : new AnswerShape(bytes, idAt, request.idLength(), textAt, request.textLength());
    }

    private static int only(byte[] all, byte[] wanted, int at, int length) {
        int first = RequestBytes.indexOf(all, 0, all.length, wanted, at, length);
        boolean isTwice =
                first >= 0
                        && RequestBytes.indexOf(all, first + 1, all.length, wanted, at, length)
                                >= 0;
        return isTwice ? -1 : first;
    }

    boolean matches(byte[] all, int from, int to, RequestBytes request) {
        if (to - from != bytes.length) {
            return false;
        }
        boolean isIdFirst = idAt < textAt;
        int gap1 = isIdFirst ? idAt : textAt;
        int gap1End = isIdFirst ? idEnd : textEnd;
        int gap2 = isIdFirst ? textAt : idAt;
        int gap2End = isIdFirst ? textEnd : idEnd;
        return same(all, from, 0, gap1)
                && same(all, from, gap1End, gap2)
                && same(all, from, gap2End, bytes.length)
                && sent(all, from + idAt, request, request.idAt(), request.idLength())
                && sent(all, from + textAt, request, request.textAt(), request.textLength());
    }

    private boolean same(byte[] all, int from, int start, int end) {
        return Arrays.equals(all, from + start, from + end, bytes, start, end);
    }

    private static boolean sent(byte[] all, int at, RequestBytes request, int place, int length) {
        return Arrays.equals(all, at, at + length, request.bytes(), place, place + length);
    }
}
