package io.erlmcp.wire;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.TaskSupport;
import io.erlmcp.protocol.Tool;
import io.erlmcp.protocol.ToolAnnotations;
import java.util.Locale;

/** Definitions of tools. */
final class ToolCodec {
    private static final String TASK_SUPPORT = "taskSupport";

    private ToolCodec() {}

    static void write(Tool tool, Dialect dialect, JsonWriter out) {
        out.beginObject().field("name", tool.name());
        if (dialect.titles()) {
            Writes.text(out, "title", tool.title());
        }
        Writes.text(out, "description", tool.description());
        out.field(
                "inputSchema",
                dialect.isModern() ? tool.inputSchema() : LegacySchemas.input(tool.inputSchema()));
        JsonObject output = tool.outputSchema();
        if (output != null && dialect.structuredContent()) {
            out.field("outputSchema", dialect.isModern() ? output : LegacySchemas.output(output));
        }
        if (dialect.toolAnnotations() && !tool.annotations().equals(ToolAnnotations.NONE)) {
            annotations(tool.annotations(), out);
        }
        if (dialect.coreTasks() && tool.taskSupport() != TaskSupport.FORBIDDEN) {
            out.name("execution").beginObject();
            out.field(TASK_SUPPORT, tool.taskSupport().name().toLowerCase(Locale.ROOT));
            out.endObject();
        }
        IconCodec.write(tool.icons(), dialect, out);
        if (dialect.metaEverywhere()) {
            Writes.meta(out, tool.meta());
        }
        out.endObject();
    }

    private static void annotations(ToolAnnotations annotations, JsonWriter out) {
        out.name("annotations").beginObject();
        Writes.text(out, "title", annotations.title());
        Writes.flag(out, "readOnlyHint", annotations.readOnlyHint());
        Writes.flag(out, "destructiveHint", annotations.destructiveHint());
        Writes.flag(out, "idempotentHint", annotations.idempotentHint());
        Writes.flag(out, "openWorldHint", annotations.openWorldHint());
        out.endObject();
    }

    static Tool read(JsonObject from) {
        return new Tool(
                from.requireString("name"),
                from.string("title").orElse(null),
                from.string("description").orElse(null),
                from.requireObject("inputSchema"),
                from.object("outputSchema").orElse(null),
                from.object("annotations")
                        .map(ToolCodec::readAnnotations)
                        .orElse(ToolAnnotations.NONE),
                IconCodec.read(from),
                Reads.meta(from),
                taskSupport(from));
    }

    /** What is not known, or is not there, is the usual. */
    private static TaskSupport taskSupport(JsonObject from) {
        String text =
                from.get("execution") instanceof JsonObject execution
                                && execution.get(TASK_SUPPORT) instanceof JsonString value
                        ? value.value()
                        : "";
        return switch (text) {
            case "optional" -> TaskSupport.OPTIONAL;
            case "required" -> TaskSupport.REQUIRED;
            default -> TaskSupport.FORBIDDEN;
        };
    }

    private static ToolAnnotations readAnnotations(JsonObject from) {
        return new ToolAnnotations(
                from.string("title").orElse(null),
                from.bool("readOnlyHint").orElse(null),
                from.bool("destructiveHint").orElse(null),
                from.bool("idempotentHint").orElse(null),
                from.bool("openWorldHint").orElse(null));
    }
}
