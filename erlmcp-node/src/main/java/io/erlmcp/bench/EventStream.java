package io.erlmcp.bench;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Takes the messages out of a finished stream of server-sent events. */
final class EventStream {
    private EventStream() {}

    /** The data of each event that has some. */
    static List<byte[]> messages(byte[] bytes, int from, int to) {
        List<byte[]> messages = new ArrayList<>();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        int at = from;
        while (at < to) {
            int end = at;
            while (end < to && bytes[end] != '\n') {
                end++;
            }
            int length = end - at - (end > at && bytes[end - 1] == '\r' ? 1 : 0);
            if (length == 0) {
                finish(data, messages);
            } else {
                addData(bytes, at, length, data);
            }
            at = end + 1;
        }
        finish(data, messages);
        return messages;
    }

    private static void addData(byte[] bytes, int at, int length, ByteArrayOutputStream data) {
        boolean isData =
                length >= 5
                        && bytes[at] == 'd'
                        && bytes[at + 1] == 'a'
                        && bytes[at + 2] == 't'
                        && bytes[at + 3] == 'a'
                        && bytes[at + 4] == ':';
        if (isData) {
            int skip = length > 5 && bytes[at + 5] == ' ' ? 6 : 5;
            data.write(bytes, at + skip, length - skip);
        }
    }

    private static void finish(ByteArrayOutputStream data, List<byte[]> messages) {
        if (data.size() > 0) {
            messages.add(data.toByteArray());
            data.reset();
        }
    }
}
