package io.erlmcp.wire;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.AudioContent;
import io.erlmcp.protocol.ContentBlock;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.CreateMessageResult;
import io.erlmcp.protocol.ImageContent;
import io.erlmcp.protocol.ModelPreferences;
import io.erlmcp.protocol.SamplingContent;
import io.erlmcp.protocol.SamplingMessage;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.protocol.Tool;
import io.erlmcp.protocol.ToolResultContent;
import io.erlmcp.protocol.ToolUseContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Questions to the client's model, and its answers. */
final class SamplingCodec {
    private SamplingCodec() {}

    static void write(CreateMessage request, Dialect dialect, JsonWriter out) {
        out.beginObject().name("messages").beginArray();
        for (SamplingMessage message : request.messages()) {
            write(message, dialect, out);
        }
        out.endArray();
        writePreferences(request.modelPreferences(), out);
        Writes.text(out, "systemPrompt", request.systemPrompt());
        Writes.text(out, "includeContext", request.includeContext());
        Writes.number(out, "temperature", request.temperature());
        out.field("maxTokens", request.maxTokens());
        Writes.strings(out, "stopSequences", request.stopSequences());
        Writes.object(out, "metadata", request.metadata());
        if (dialect.samplingTools()) {
            writeTools(request, dialect, out);
        }
        out.endObject();
    }

    private static void writeTools(CreateMessage request, Dialect dialect, JsonWriter out) {
        if (!request.tools().isEmpty()) {
            out.name("tools").beginArray();
            for (Tool tool : request.tools()) {
                ToolCodec.write(tool, dialect, out);
            }
            out.endArray();
        }
        String choice = request.toolChoice();
        if (choice != null) {
            out.name("toolChoice").beginObject().field("mode", choice).endObject();
        }
    }

    /** A message of several blocks becomes several messages where a message has one block. */
    private static void write(SamplingMessage message, Dialect dialect, JsonWriter out) {
        if (dialect.samplingTools() || message.content().size() == 1) {
            out.beginObject().field("role", Roles.text(message.role())).name("content");
            write(message.content(), dialect, out);
            out.endObject();
            return;
        }
        for (SamplingContent part : message.content()) {
            out.beginObject().field("role", Roles.text(message.role())).name("content");
            write(part, dialect, out);
            out.endObject();
        }
    }

    private static void write(List<SamplingContent> content, Dialect dialect, JsonWriter out) {
        if (content.size() == 1) {
            write(content.getFirst(), dialect, out);
            return;
        }
        out.beginArray();
        for (SamplingContent part : content) {
            write(part, dialect, out);
        }
        out.endArray();
    }

    private static void write(SamplingContent part, Dialect dialect, JsonWriter out) {
        switch (part) {
            case TextContent text -> ContentCodec.text(text, dialect, out);
            case ImageContent image -> ContentCodec.image(image, dialect, out);
            case AudioContent audio -> ContentCodec.audio(audio, dialect, out);
            case ToolUseContent use -> write(use, dialect, out);
            case ToolResultContent result -> write(result, dialect, out);
        }
    }

    private static void write(ToolUseContent use, Dialect dialect, JsonWriter out) {
        if (!dialect.samplingTools()) {
            ContentCodec.note(
                    "[use of tool " + use.name() + " with " + use.input().toJson() + "]", out);
            return;
        }
        out.beginObject().field("type", "tool_use").field("id", use.id()).field("name", use.name());
        out.field("input", use.input());
        Writes.meta(out, use.meta());
        out.endObject();
    }

    private static void write(ToolResultContent result, Dialect dialect, JsonWriter out) {
        if (!dialect.samplingTools()) {
            ContentCodec.note(asText(result), out);
            return;
        }
        out.beginObject().field("type", "tool_result").field("toolUseId", result.toolUseId());
        ContentCodec.write(result.content(), dialect, out);
        ResultWriter.structuredContent(result.structuredContent(), dialect, out);
        Writes.ifTrue(out, "isError", result.isError());
        Writes.meta(out, result.meta());
        out.endObject();
    }

    private static String asText(ToolResultContent result) {
        StringBuilder text = new StringBuilder("[result of a tool]");
        for (ContentBlock block : result.content()) {
            if (block instanceof TextContent it) {
                text.append('\n').append(it.text());
            }
        }
        return text.toString();
    }

    private static void writePreferences(@Nullable ModelPreferences preferences, JsonWriter out) {
        if (preferences == null) {
            return;
        }
        out.name("modelPreferences").beginObject();
        if (!preferences.hints().isEmpty()) {
            out.name("hints").beginArray();
            for (String hint : preferences.hints()) {
                out.beginObject().field("name", hint).endObject();
            }
            out.endArray();
        }
        Writes.number(out, "costPriority", preferences.costPriority());
        Writes.number(out, "speedPriority", preferences.speedPriority());
        Writes.number(out, "intelligencePriority", preferences.intelligencePriority());
        out.endObject();
    }

    static CreateMessage read(JsonObject params) {
        return new CreateMessage(
                Reads.requiredList(params, "messages", SamplingCodec::readMessage),
                Reads.integer(params, "maxTokens", params.requireInteger("maxTokens")),
                params.string("systemPrompt").orElse(null),
                params.number("temperature").orElse(null),
                Reads.strings(params, "stopSequences"),
                params.object("modelPreferences").map(SamplingCodec::readPreferences).orElse(null),
                params.string("includeContext").orElse(null),
                Reads.list(params, "tools", ToolCodec::read),
                params.object("toolChoice").flatMap(it -> it.string("mode")).orElse(null),
                Reads.objectOrEmpty(params, "metadata"));
    }

    private static ModelPreferences readPreferences(JsonObject from) {
        List<String> hints =
                Reads.list(from, "hints", it -> it.string("name").orElse("")).stream()
                        .filter(it -> !it.isEmpty())
                        .toList();
        return new ModelPreferences(
                hints,
                from.number("costPriority").orElse(null),
                from.number("speedPriority").orElse(null),
                from.number("intelligencePriority").orElse(null));
    }

    private static SamplingMessage readMessage(JsonObject from) {
        return new SamplingMessage(Roles.read(from.requireString("role")), readContent(from));
    }

    /** One block, or an array of them. */
    private static List<SamplingContent> readContent(JsonObject owner) {
        JsonValue content = owner.get("content");
        return switch (content) {
            case null ->
                    throw new JsonException(
                            "member 'content': expected object or array, was absent");
            case JsonObject single -> List.of(readPart(single));
            case JsonArray several -> Reads.requiredList(owner, "content", SamplingCodec::readPart);
            default ->
                    throw new JsonException(
                            "member 'content': expected object or array, was "
                                    + content.typeName());
        };
    }

    private static SamplingContent readPart(JsonObject from) {
        String type = from.requireString("type");
        return switch (type) {
            case "text" -> ContentCodec.readText(from);
            case "image" -> ContentCodec.readImage(from);
            case "audio" -> ContentCodec.readAudio(from);
            case "tool_use" ->
                    new ToolUseContent(
                            from.requireString("id"),
                            from.requireString("name"),
                            from.requireObject("input"),
                            Reads.meta(from));
            case "tool_result" ->
                    new ToolResultContent(
                            from.requireString("toolUseId"),
                            Reads.requiredList(from, "content", ContentCodec::read),
                            from.get("structuredContent"),
                            from.bool("isError").orElse(false),
                            Reads.meta(from));
            default -> throw ContentCodec.unknown(type);
        };
    }

    static void write(CreateMessageResult result, Dialect dialect, JsonWriter out) {
        out.beginObject().field("role", Roles.text(result.role())).name("content");
        if (dialect.samplingTools() || result.content().size() == 1) {
            write(result.content(), dialect, out);
        } else {
            ContentCodec.note(result.text(), out);
        }
        out.field("model", result.model());
        Writes.text(out, "stopReason", result.stopReason());
        out.endObject();
    }

    static CreateMessageResult readAnswer(JsonObject answer) {
        return new CreateMessageResult(
                Roles.read(answer.requireString("role")),
                readContent(answer),
                answer.requireString("model"),
                answer.string("stopReason").orElse(null));
    }
}
