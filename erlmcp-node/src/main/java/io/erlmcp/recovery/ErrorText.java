package io.erlmcp.recovery;

import io.erlmcp.supervision.Failure;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An error in words, so that it can be compared with others.
 *
 * @param error its type and message without what differs each time: times, numbers, addresses, ids
 *     and paths; the exit code of a process stays, because it says which error it is
 * @param message as it was, without secrets, cut
 * @param hint what the words themselves say
 */
public record ErrorText(String error, String message, Hint hint) {
    static final int MAX_ERROR = 200;
    static final int MAX_MESSAGE = 500;
    private static final int MAX_READ = 1_000;
    private static final int MAX_CAUSES = 5;

    /** What the words say of an error. */
    public enum Hint {
        NONE,
        TRANSIENT,
        PERSISTENT,
        RESOURCE
    }

    private static final List<String> RESOURCES =
            List.of(
                    "out of memory",
                    "outofmemory",
                    "cannot allocate memory",
                    "enomem",
                    "too many open files",
                    "emfile",
                    "enfile",
                    "no space left",
                    "enospc",
                    "disk quota",
                    "unable to create native thread",
                    "heap limit",
                    "gc overhead limit",
                    "resource exhausted",
                    "no buffer space");
    private static final List<String> LASTING =
            List.of(
                    "exit code 126",
                    "exit code 127",
                    "no such file",
                    "nosuchfile",
                    "filenotfound",
                    "not found",
                    "cannot find",
                    "classnotfound",
                    "noclassdeffound",
                    "nosuchmethod",
                    "permission denied",
                    "access denied",
                    "accessdenied",
                    "eacces",
                    "unauthorized",
                    "forbidden",
                    "invalid",
                    "illegalargument",
                    "syntax error",
                    "parse error",
                    "unsupported",
                    "address already in use",
                    "eaddrinuse",
                    "certificate");
    private static final List<String> PASSING =
            List.of(
                    "timed out",
                    "timeout",
                    "did not answer",
                    "not answered within",
                    "connection reset",
                    "econnreset",
                    "broken pipe",
                    "epipe",
                    "connection refused",
                    "econnrefused",
                    "connection was lost",
                    "connection closed",
                    "closedchannel",
                    "eofexception",
                    "end of stream",
                    "temporarily",
                    "try again",
                    "unavailable",
                    "interrupted",
                    "too many requests",
                    "bad gateway",
                    "exit code 137",
                    "exit code 143");

    /** What differs each time, and what stands in its place. In this order; none can backtrack. */
    private enum Stripped {
        TIME(
                "\\d{4}-\\d\\d-\\d\\d(?:[T"
                        + " ]\\d\\d:\\d\\d(?::\\d\\d)?(?:[.,]\\d++)?(?:Z|[+-]\\d\\d:?\\d\\d)?)?"
                        + "|\\b\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d++)?",
                "<time>"),
        ID("\\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\\b", "<id>"),
        URL("\\b[a-z][a-z0-9+.]{1,15}://[^\\s\"'<>]++", "<address>"),
        ADDRESS(
                "\\b\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}(?::\\d{1,5})?\\b"
                        + "|\\b0x[0-9a-fA-F]++|@[0-9a-f]{4,16}\\b",
                "<address>"),
        PATH("(?<![\\w<])(?:[A-Za-z]:\\\\|~?/)[^\\s:\"',;()]++", "<path>"),
        HEX("\\b(?=[a-fA-F]*+\\d)[0-9a-fA-F]{8,64}\\b", "<id>"),
        NUMBER("\\d++(?:[.,]\\d++)*+", "<n>");

        private final Pattern pattern;
        private final String instead;

        Stripped(String pattern, String instead) {
            this.pattern = Pattern.compile(pattern);
            this.instead = instead;
        }
    }

    private static final Pattern EXIT_CODE = Pattern.compile("exit code (\\d{1,3})");

    /** Where the digits of an exit code stand while numbers are stripped. */
    private static final int SHELTER = 0xE000;

    static ErrorText of(Failure failure, Secrets secrets) {
        return of(failure.cause(), secrets);
    }

    static ErrorText of(@Nullable Throwable cause, Secrets secrets) {
        if (cause == null) {
            return new ErrorText("ended by itself", "ended by itself", Hint.NONE);
        }
        String whole = secrets.hide(words(cause));
        return new ErrorText(normal(whole), cut(whole, MAX_MESSAGE), hint(whole, cause));
    }

    /** All causes, on one line. */
    private static String words(Throwable first) {
        StringBuilder words = new StringBuilder();
        Throwable cause = first;
        for (int i = 0; cause != null && i < MAX_CAUSES && words.length() < MAX_READ; i++) {
            String message = cause.getMessage();
            String type = cause.getClass().getSimpleName();
            words.append(i == 0 ? "" : " < ").append(type.isEmpty() ? "error" : type);
            if (message != null) {
                words.append(": ").append(plain(message));
            }
            cause = cause.getCause();
        }
        return cut(words.toString(), MAX_READ);
    }

    private static String plain(String message) {
        StringBuilder plain = new StringBuilder();
        message.codePoints()
                .limit(MAX_READ)
                .map(c -> Character.isISOControl(c) || isSheltered(c) ? ' ' : c)
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }

    private static boolean isSheltered(int c) {
        return c >= SHELTER && c <= SHELTER + 9;
    }

    /** Without what differs each time. */
    static String normal(String text) {
        String normal =
                EXIT_CODE
                        .matcher(cut(text, MAX_READ))
                        .replaceAll(it -> "exit code " + sheltered(it.group(1)));
        for (Stripped stripped : Stripped.values()) {
            normal =
                    stripped.pattern
                            .matcher(normal)
                            .replaceAll(Matcher.quoteReplacement(stripped.instead));
        }
        return cut(released(normal), MAX_ERROR);
    }

    private static String sheltered(String digits) {
        StringBuilder out = new StringBuilder();
        digits.chars().forEach(c -> out.append((char) (c - '0' + SHELTER)));
        return out.toString();
    }

    private static String released(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.chars().forEach(c -> out.append((char) (isSheltered(c) ? c - SHELTER + '0' : c)));
        return out.toString();
    }

    private static Hint hint(String whole, Throwable cause) {
        String lower = whole.toLowerCase(Locale.ROOT);
        if (isOutOfMemory(cause) || hasAny(lower, RESOURCES)) {
            return Hint.RESOURCE;
        }
        if (hasAny(lower, LASTING)) {
            return Hint.PERSISTENT;
        }
        return hasAny(lower, PASSING) ? Hint.TRANSIENT : Hint.NONE;
    }

    private static boolean isOutOfMemory(@Nullable Throwable first) {
        Throwable cause = first;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            if (cause instanceof OutOfMemoryError) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static boolean hasAny(String text, List<String> words) {
        return words.stream().anyMatch(text::contains);
    }

    private static String cut(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max - 3) + "...";
    }
}
