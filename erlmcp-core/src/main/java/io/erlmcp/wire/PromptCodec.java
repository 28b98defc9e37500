package io.erlmcp.wire;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.Prompt;
import io.erlmcp.protocol.PromptArgument;
import io.erlmcp.protocol.PromptMessage;
import java.util.List;

/** Definitions of prompts, and their messages. */
final class PromptCodec {
    private PromptCodec() {}

    static void write(Prompt prompt, Dialect dialect, JsonWriter out) {
        out.beginObject().field("name", prompt.name());
        if (dialect.titles()) {
            Writes.text(out, "title", prompt.title());
        }
        Writes.text(out, "description", prompt.description());
        if (!prompt.arguments().isEmpty()) {
            out.name("arguments").beginArray();
            for (PromptArgument argument : prompt.arguments()) {
                write(argument, dialect, out);
            }
            out.endArray();
        }
        IconCodec.write(prompt.icons(), dialect, out);
        if (dialect.metaEverywhere()) {
            Writes.meta(out, prompt.meta());
        }
        out.endObject();
    }

    private static void write(PromptArgument argument, Dialect dialect, JsonWriter out) {
        out.beginObject().field("name", argument.name());
        if (dialect.titles()) {
            Writes.text(out, "title", argument.title());
        }
        Writes.text(out, "description", argument.description());
        Writes.ifTrue(out, "required", argument.required());
        out.endObject();
    }

    static void write(List<PromptMessage> messages, Dialect dialect, JsonWriter out) {
        out.name("messages").beginArray();
        for (PromptMessage message : messages) {
            out.beginObject().field("role", Roles.text(message.role())).name("content");
            ContentCodec.write(message.content(), dialect, out);
            out.endObject();
        }
        out.endArray();
    }

    static Prompt read(JsonObject from) {
        return new Prompt(
                from.requireString("name"),
                from.string("title").orElse(null),
                from.string("description").orElse(null),
                Reads.list(from, "arguments", PromptCodec::readArgument),
                IconCodec.read(from),
                Reads.meta(from));
    }

    private static PromptArgument readArgument(JsonObject from) {
        return new PromptArgument(
                from.requireString("name"),
                from.string("title").orElse(null),
                from.string("description").orElse(null),
                from.bool("required").orElse(false));
    }

    static PromptMessage readMessage(JsonObject from) {
        return new PromptMessage(
                Roles.read(from.requireString("role")),
                ContentCodec.read(from.requireObject("content")));
    }
}
