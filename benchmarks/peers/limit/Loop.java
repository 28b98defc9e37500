import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What a loop over standard streams can do at most: it reads lines, copies id and text into the
 * right answer and parses nothing. All answers to what one read brought go out in one write.
 *
 * <p>It trusts its one client, {@code ./erlmcp bench}.
 */
final class Loop {
    private static final int ID_DIGITS = 12;
    private static final byte[] ID = ascii("\"id\":");
    private static final byte[] TEXT = ascii("\"text\":\"");
    private static final byte[] INITIALIZE = ascii("\"method\":\"initialize\"");
    private static final byte[] INITIALIZED = ascii("\"method\":\"notifications/initialized\"");
    private static final byte[] MODERN = ascii("io.modelcontextprotocol/");
    private static final String META =
            ",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"erlmcp-fixture\","
                    + "\"title\":\"erlmcp fixture\",\"version\":\"0.1.0-SNAPSHOT\"}}";
    private static final String SERVER =
            ",\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                    + "\"serverInfo\":{\"name\":\"limit\",\"version\":\"1\"}}}\n";

    private final byte[] in = new byte[1 << 20];
    private final byte[] out = new byte[1 << 20];
    private int written;
    private int idAt;
    private int textAt;
    private int textLength;
    private int requestLength;
    private byte[] answer = {};
    private int answerIdAt;
    private int answerTextAt;

    private Loop() {}

    public static void main(String[] args) throws Exception {
        new Loop().run(
                new java.io.FileInputStream(java.io.FileDescriptor.in),
                new java.io.FileOutputStream(java.io.FileDescriptor.out));
    }

    private void run(InputStream from, OutputStream to) throws Exception {
        int filled = 0;
        for (int count = from.read(in); count >= 0; count = from.read(in, filled, in.length - filled)) {
            int end = filled + count;
            int line = 0;
            int next = endOfLine(line, end);
            while (next >= 0) {
                answer(line, next);
                line = next + 1;
                next = endOfLine(line, end);
            }
            to.write(out, 0, written);
            written = 0;
            System.arraycopy(in, line, in, 0, end - line);
            filled = end - line;
        }
    }

    /** Requests have one length once the first is known, so the end is looked for there first. */
    private int endOfLine(int line, int end) {
        int guess = line + requestLength;
        if (requestLength > 0 && guess < end && in[guess] == '\n') {
            return guess;
        }
        for (int i = line; i < end; i++) {
            if (in[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void answer(int line, int end) {
        if (end - line != requestLength) {
            if (indexOf(in, INITIALIZED, line, end) >= 0) {
                return;
            }
            int id = indexOf(in, ID, line, end) + ID.length;
            if (indexOf(in, INITIALIZE, line, end) >= 0) {
                String number = new String(in, id, ID_DIGITS, StandardCharsets.US_ASCII);
                put(ascii("{\"jsonrpc\":\"2.0\",\"id\":" + number + SERVER));
                return;
            }
            learn(line, end, id);
        }
        int at = written;
        put(answer);
        System.arraycopy(in, line + idAt, out, at + answerIdAt, ID_DIGITS);
        System.arraycopy(in, line + textAt, out, at + answerTextAt, textLength);
    }

    private void learn(int line, int end, int id) {
        requestLength = end - line;
        idAt = id - line;
        int text = indexOf(in, TEXT, line, end) + TEXT.length;
        textAt = text - line;
        textLength = indexOf(in, ascii("\""), text, end) - text;
        boolean isModern = indexOf(in, MODERN, line, end) >= 0;
        String digits = "0".repeat(ID_DIGITS);
        String place = "~".repeat(textLength);
        answer =
                ascii(
                        "{\"jsonrpc\":\"2.0\",\"id\":"
                                + digits
                                + ",\"result\":{"
                                + (isModern ? "\"resultType\":\"complete\"," : "")
                                + "\"content\":[{\"type\":\"text\",\"text\":\""
                                + place
                                + "\"}]"
                                + (isModern ? META : "")
                                + "}}\n");
        answerIdAt = indexOf(answer, ascii(digits), 0, answer.length);
        answerTextAt = indexOf(answer, ascii(place), 0, answer.length);
    }

    private void put(byte[] bytes) {
        System.arraycopy(bytes, 0, out, written, bytes.length);
        written += bytes.length;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static int indexOf(byte[] all, byte[] wanted, int from, int to) {
        for (int i = from; i <= to - wanted.length; i++) {
            int same = 0;
            while (same < wanted.length && all[i + same] == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                return i;
            }
        }
        return -1;
    }
}
