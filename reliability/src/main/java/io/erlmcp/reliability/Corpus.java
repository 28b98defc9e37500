package io.erlmcp.reliability;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonLimits;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The public JSON parsing corpus: texts whose names say whether a parser must take them ({@code
 * y_}), must refuse them ({@code n_}) or may do either ({@code i_}). Each is sent as a frame, and
 * once more inside the arguments of a call.
 */
final class Corpus {
    private static final JsonLimits LIMITS =
            new JsonLimits(64, 256, 10_000_000, 10_000, 10_000_000, 100_000);
    private static final String MARK = "\"MARK\"";

    /** A valid call; {@link #MARK} is where the texts go. */
    static final JsonObject CALL =
            Rpc.modern(
                    "corpus",
                    "tools/call",
                    Rpc.call("echo", JsonObject.of("text", "x", "extra", "MARK")));

    /** One text as a frame of its own, or inside a call. */
    record Case(String name, boolean isWhole, Frame frame) {
        /** Whether the judge itself is wrong about the text, for its name says otherwise. */
        @Nullable String doubt(FrameJudge judge) {
            FrameJudge.Kind kind = judge.judge(frame.bytes()).kind();
            boolean isReadable = kind != FrameJudge.Kind.UNREADABLE;
            boolean isRight =
                    name.startsWith("i_")
                            || name.contains("duplicated_key")
                            || isReadable == name.startsWith("y_");
            return isRight ? null : "the judge takes " + name + " for " + kind;
        }
    }

    private record Text(String name, String input) {}

    private final List<Text> texts;

    private Corpus(List<Text> texts) {
        this.texts = texts;
    }

    /** Reads an array of {@code {"name", "input"}}. */
    static Corpus read(Path file) throws IOException {
        List<Text> texts = new ArrayList<>();
        for (JsonValue item : (JsonArray) Json.parse(Files.readAllBytes(file), LIMITS)) {
            JsonObject object = (JsonObject) item;
            texts.add(new Text(object.requireString("name"), object.requireString("input")));
        }
        if (texts.size() < 200) {
            throw new IOException(
                    file + " holds " + texts.size() + " cases, expected more than 200");
        }
        return new Corpus(texts);
    }

    List<Case> asBodies() {
        List<Case> cases = new ArrayList<>();
        for (Text text : texts) {
            cases.add(new Case(text.name(), true, frame(text, text.input())));
            cases.add(
                    new Case(
                            text.name(),
                            false,
                            frame(text, CALL.toJson().replace(MARK, text.input()))));
        }
        return cases;
    }

    /** Those that are one line. */
    List<Case> asLines() {
        return asBodies().stream()
                .filter(item -> item.frame().bytes().length > 0)
                .filter(item -> isOneLine(item.frame().bytes()))
                .toList();
    }

    private static boolean isOneLine(byte[] bytes) {
        for (byte b : bytes) {
            if (b == '\n' || b == '\r') {
                return false;
            }
        }
        return true;
    }

    private static Frame frame(Text text, String whole) {
        boolean mustFail = text.name().startsWith("n_");
        return new Frame(text.name(), whole.getBytes(StandardCharsets.UTF_8), mustFail);
    }
}
