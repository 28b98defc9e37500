package io.erlmcp.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of a method name into a string without allocating for names that are expected.
 */
final class MethodNames {
    private static final String[] KNOWN = {
        "initialize",
        "ping",
        "server/discover",
        "tools/list",
        "tools/call",
        "resources/list",
        "resources/templates/list",
        "resources/read",
        "resources/subscribe",
        "resources/unsubscribe",
        "prompts/list",
        "prompts/get",
        "completion/complete",
        "logging/setLevel",
        "subscriptions/listen",
        "tasks/get",
        "tasks/result",
        "tasks/list",
        "tasks/update",
        "tasks/cancel",
        "sampling/createMessage",
        "elicitation/create",
        "roots/list",
        "notifications/initialized",
        "notifications/cancelled",
        "notifications/progress",
        "notifications/message",
        "notifications/tools/list_changed",
        "notifications/resources/list_changed",
        "notifications/resources/updated",
        "notifications/prompts/list_changed",
        "notifications/roots/list_changed",
        "notifications/elicitation/complete",
        "notifications/subscriptions/acknowledged",
        "notifications/tasks/status",
        "notifications/tasks",
    };
    private static final int SLOTS = 256;
    private static final byte[][] BYTES = new byte[SLOTS][];
    private static final @Nullable String[] NAMES = new String[SLOTS];

    static {
        for (String name : KNOWN) {
            byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
            int slot = slot(bytes, 0, bytes.length);
            while (NAMES[slot] != null) {
                slot = (slot + 1) % SLOTS;
            }
            NAMES[slot] = name;
            BYTES[slot] = bytes;
        }
    }

    private MethodNames() {}

    static String read(byte[] buf, int from, int to) {
        if (from < to) {
            for (int slot = slot(buf, from, to); ; slot = (slot + 1) % SLOTS) {
                String name = NAMES[slot];
                if (name == null) {
                    break;
                }
                byte[] bytes = BYTES[slot];
                if (Arrays.equals(bytes, 0, bytes.length, buf, from, to)) {
                    return name;
                }
            }
        }
        return JsonEscapes.decode(buf, from, to);
    }

    private static int slot(byte[] buf, int from, int to) {
        int length = to - from;
        return (length * 31 + buf[from] * 7 + buf[from + length / 2] * 13 + buf[to - 1] * 17)
                & (SLOTS - 1);
    }
}
