package io.erlmcp.andon;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * {@code GET /receipts} of the operators' endpoint: checks the whole chain and lists up to 1,000
 * receipts behind {@code ?after=}.
 *
 * <p>Process model: each request on a virtual thread of its own, one at a time: it reads all files.
 */
public final class ReceiptPages {
    static final int MAX_LISTED = 1_000;

    private static final List<String> JSON =
            List.of("content-type", "application/json", "cache-control", "no-store");
    private static final String AFTER = "after=";

    private final Path folder;
    private final Semaphore permits = new Semaphore(1);

    /**
     * @param folder with the receipts
     */
    public ReceiptPages(Path folder) {
        this.folder = folder;
    }

    /** The pages by path. */
    public Map<String, Consumer<HttpExchange>> byPath() {
        return Map.of("/receipts", this::answer);
    }

    private void answer(HttpExchange http) {
        if (!http.method().equals("GET")) {
            http.respond(405, List.of("allow", "GET"), new byte[0]);
            return;
        }
        String query = http.query();
        String after = query == null || !query.startsWith(AFTER) ? "0" : query.substring(6);
        if (!after.matches("[0-9]{1,18}")) {
            respond(http, 400, JsonObject.of("error", "after: \"" + after + "\" is no number"));
            return;
        }
        if (!permits.tryAcquire()) {
            http.respond(503, List.of("retry-after", "1"), new byte[0]);
            return;
        }
        Threads.startVirtual(
                "admin /receipts",
                () -> {
                    try {
                        respond(http, 200, list(Long.parseLong(after)));
                    } catch (IOException e) {
                        respond(http, 500, JsonObject.of("error", e.toString()));
                    } finally {
                        permits.release();
                    }
                });
    }

    private JsonObject list(long after) throws IOException {
        List<JsonValue> listed = new ArrayList<>();
        ReceiptCheck.Found found =
                ReceiptCheck.check(
                        folder,
                        receipt -> {
                            if (receipt.number() > after && listed.size() < MAX_LISTED) {
                                listed.add(Json.parseObject(receipt.line()));
                            }
                        });
        return json(found).put("listed", JsonArray.of(listed.toArray())).build();
    }

    /** What a check found, as JSON. */
    public static JsonObject.Builder json(ReceiptCheck.Found found) {
        return JsonObject.builder()
                .put("whole", found.isWhole())
                .put("receipts", found.receipts())
                .put("first", found.first())
                .put("last", found.last())
                .put("lastHash", found.lastHash())
                .put("tornBytes", found.tornBytes())
                .put("problems", JsonArray.of(found.problems().toArray()));
    }

    private static void respond(HttpExchange http, int status, JsonObject body) {
        http.respond(status, JSON, (body.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
