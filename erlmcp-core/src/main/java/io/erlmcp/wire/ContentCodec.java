package io.erlmcp.wire;

import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonName;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.Annotations;
import io.erlmcp.protocol.AudioContent;
import io.erlmcp.protocol.ContentBlock;
import io.erlmcp.protocol.EmbeddedResource;
import io.erlmcp.protocol.ImageContent;
import io.erlmcp.protocol.ResourceLink;
import io.erlmcp.protocol.TextContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Content blocks. What a revision has no block for is written as text, so that the model learns of
 * it.
 */
final class ContentCodec {
    private static final JsonName TYPE = JsonName.of("type");
    private static final JsonName TEXT = JsonName.of("text");
    private static final JsonName CONTENT = JsonName.of("content");

    private ContentCodec() {}

    static void write(List<ContentBlock> content, Dialect dialect, JsonWriter out) {
        out.name(CONTENT).beginArray();
        for (ContentBlock block : content) {
            write(block, dialect, out);
        }
        out.endArray();
    }

    static void write(ContentBlock block, Dialect dialect, JsonWriter out) {
        switch (block) {
            case TextContent text -> text(text, dialect, out);
            case ImageContent image -> image(image, dialect, out);
            case AudioContent audio -> audio(audio, dialect, out);
            case ResourceLink link -> link(link, dialect, out);
            case EmbeddedResource embedded -> embedded(embedded, dialect, out);
        }
    }

    static void text(TextContent text, Dialect dialect, JsonWriter out) {
        out.beginObject().name(TYPE).string("text").name(TEXT).string(text.text());
        end(text.annotations(), text.meta(), dialect, out);
    }

    static void image(ImageContent image, Dialect dialect, JsonWriter out) {
        out.beginObject().name(TYPE).string("image");
        out.field("data", image.data()).field("mimeType", image.mimeType());
        end(image.annotations(), image.meta(), dialect, out);
    }

    static void audio(AudioContent audio, Dialect dialect, JsonWriter out) {
        if (!dialect.audio()) {
            note(
                    "[audio of type "
                            + audio.mimeType()
                            + ": protocol "
                            + dialect.revision()
                            + " cannot carry it]",
                    out);
            return;
        }
        out.beginObject().name(TYPE).string("audio");
        out.field("data", audio.data()).field("mimeType", audio.mimeType());
        end(audio.annotations(), audio.meta(), dialect, out);
    }

    /** A text block that stands in for what cannot be written. */
    static void note(String text, JsonWriter out) {
        out.beginObject().name(TYPE).string("text").name(TEXT).string(text).endObject();
    }

    private static void link(ResourceLink link, Dialect dialect, JsonWriter out) {
        if (!dialect.resourceLinks()) {
            note(link.resource().name() + ": " + link.resource().uri(), out);
            return;
        }
        out.beginObject().name(TYPE).string("resource_link");
        ResourceCodec.members(link.resource(), dialect, out);
        out.endObject();
    }

    private static void embedded(EmbeddedResource embedded, Dialect dialect, JsonWriter out) {
        out.beginObject().name(TYPE).string("resource").name("resource");
        ResourceCodec.write(embedded.resource(), dialect, out);
        end(embedded.annotations(), embedded.meta(), dialect, out);
    }

    private static void end(
            @Nullable Annotations annotations, JsonObject meta, Dialect dialect, JsonWriter out) {
        AnnotationsCodec.write(annotations, dialect, out);
        if (dialect.metaEverywhere()) {
            Writes.meta(out, meta);
        }
        out.endObject();
    }

    static ContentBlock read(JsonObject from) {
        String type = from.requireString("type");
        return switch (type) {
            case "text" -> readText(from);
            case "image" -> readImage(from);
            case "audio" -> readAudio(from);
            case "resource_link" -> new ResourceLink(ResourceCodec.read(from));
            case "resource" ->
                    new EmbeddedResource(
                            ResourceCodec.readContents(from.requireObject("resource")),
                            AnnotationsCodec.read(from),
                            Reads.meta(from));
            default -> throw unknown(type);
        };
    }

    static TextContent readText(JsonObject from) {
        return new TextContent(
                from.requireString("text"), AnnotationsCodec.read(from), Reads.meta(from));
    }

    static ImageContent readImage(JsonObject from) {
        return new ImageContent(
                from.requireString("data"),
                from.requireString("mimeType"),
                AnnotationsCodec.read(from),
                Reads.meta(from));
    }

    static AudioContent readAudio(JsonObject from) {
        return new AudioContent(
                from.requireString("data"),
                from.requireString("mimeType"),
                AnnotationsCodec.read(from),
                Reads.meta(from));
    }

    static JsonException unknown(String type) {
        return new JsonException("content: unknown type '" + Reads.quote(type) + "'");
    }
}
