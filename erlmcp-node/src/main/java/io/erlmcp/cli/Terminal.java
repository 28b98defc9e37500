package io.erlmcp.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The three streams of a command and whether a person sits behind them. Results go to {@link #out};
 * questions, progress and messages to {@link #err}.
 *
 * @param isInteractive a person can be asked
 * @param showsProgress a line on {@code err} can be drawn again
 */
record Terminal(
        PrintStream out,
        PrintStream err,
        BufferedReader in,
        boolean isInteractive,
        boolean showsProgress) {
    /** The streams of this process. */
    static Terminal system(PrintStream out) {
        boolean isTerminal = isTerminal(System.console());
        return of(out, System.err, System.in, isTerminal);
    }

    private static boolean isTerminal(@Nullable Console console) {
        return console != null && console.isTerminal();
    }

    static Terminal of(PrintStream out, PrintStream err, InputStream in, boolean isTerminal) {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        return new Terminal(out, err, reader, isTerminal, isTerminal);
    }

    /** The same streams, with answers taken from stdin whether or not a person types them. */
    Terminal answering() {
        return new Terminal(out, err, in, true, showsProgress);
    }

    /** Asks for one line; null at the end of input. */
    @Nullable String ask(String prompt) {
        err.print(prompt);
        err.flush();
        try {
            return in.readLine();
        } catch (IOException e) {
            return null;
        }
    }

    /** What a server sent, without what would move the cursor or colour the screen. */
    static String printable(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .filter(c -> c == '\n' || c == '\t' || !Character.isISOControl(c))
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }
}
