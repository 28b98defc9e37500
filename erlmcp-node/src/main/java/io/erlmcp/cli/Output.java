package io.erlmcp.cli;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.AudioContent;
import io.erlmcp.protocol.ContentBlock;
import io.erlmcp.protocol.EmbeddedResource;
import io.erlmcp.protocol.ImageContent;
import io.erlmcp.protocol.ResourceContents;
import io.erlmcp.protocol.ResourceLink;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.wire.ResultMeta;
import io.erlmcp.wire.Wire;
import java.util.List;

/** How results look: as JSON in the words of the protocol, or for people. */
final class Output {
    private Output() {}

    /** A result as the wire of the revision writes it. */
    static JsonObject json(ServerResult result, Revision revision) {
        JsonWriter out = new JsonWriter();
        Wire.of(revision).writeResult(result, ResultMeta.NONE, out);
        return Json.parseObject(out.toByteArray());
    }

    static String text(List<ContentBlock> content) {
        StringBuilder out = new StringBuilder();
        for (ContentBlock block : content) {
            out.append(text(block)).append('\n');
        }
        return out.toString();
    }

    static String text(ContentBlock block) {
        return switch (block) {
            case TextContent text -> Terminal.printable(text.text());
            case ImageContent image ->
                    "[image " + printable(image.mimeType()) + ", " + bytes(image.data()) + "]";
            case AudioContent audio ->
                    "[audio " + printable(audio.mimeType()) + ", " + bytes(audio.data()) + "]";
            case ResourceLink link -> "[resource " + printable(link.resource().uri()) + "]";
            case EmbeddedResource embedded -> text(embedded.resource());
        };
    }

    static String text(ResourceContents contents) {
        return switch (contents) {
            case ResourceContents.Text text -> Terminal.printable(text.text());
            case ResourceContents.Blob blob ->
                    "["
                            + printable(String.valueOf(blob.mimeType()))
                            + " at "
                            + printable(blob.uri())
                            + ", "
                            + bytes(blob.blob())
                            + "]";
        };
    }

    private static String bytes(String base64) {
        int padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
        return Math.max(0, base64.length() / 4L * 3 - padding) + " bytes";
    }

    private static String printable(String text) {
        return Terminal.printable(text);
    }

    /** JSON over several lines. */
    static String pretty(JsonValue value) {
        StringBuilder out = new StringBuilder();
        pretty(value, "", out);
        return out.toString();
    }

    private static void pretty(JsonValue value, String indent, StringBuilder out) {
        String deeper = indent + "  ";
        switch (value) {
            case JsonObject object when !object.isEmpty() -> {
                String separator = "{\n";
                for (String name : object.keys()) {
                    out.append(separator)
                            .append(deeper)
                            .append(new JsonString(name).toJson())
                            .append(": ");
                    pretty(JsonValue.of(object.get(name)), deeper, out);
                    separator = ",\n";
                }
                out.append('\n').append(indent).append('}');
            }
            case JsonArray array when !array.isEmpty() -> {
                String separator = "[\n";
                for (JsonValue item : array) {
                    out.append(separator).append(deeper);
                    pretty(item, deeper, out);
                    separator = ",\n";
                }
                out.append('\n').append(indent).append(']');
            }
            default -> out.append(Terminal.printable(value.toJson()));
        }
    }
}
