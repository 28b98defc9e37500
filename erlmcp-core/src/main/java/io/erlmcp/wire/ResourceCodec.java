package io.erlmcp.wire;

import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.Resource;
import io.erlmcp.protocol.ResourceContents;
import io.erlmcp.protocol.ResourceTemplate;
import java.util.Optional;

/** Resources, their templates, and their contents. */
final class ResourceCodec {
    private ResourceCodec() {}

    static void write(Resource resource, Dialect dialect, JsonWriter out) {
        out.beginObject();
        members(resource, dialect, out);
        out.endObject();
    }

    /** The members of a resource, which a link to it has too. */
    static void members(Resource resource, Dialect dialect, JsonWriter out) {
        out.field("uri", resource.uri()).field("name", resource.name());
        if (dialect.titles()) {
            Writes.text(out, "title", resource.title());
        }
        Writes.text(out, "description", resource.description());
        Writes.text(out, "mimeType", resource.mimeType());
        Long size = resource.size();
        if (size != null) {
            out.field("size", size.longValue());
        }
        AnnotationsCodec.write(resource.annotations(), dialect, out);
        IconCodec.write(resource.icons(), dialect, out);
        if (dialect.metaEverywhere()) {
            Writes.meta(out, resource.meta());
        }
    }

    static void write(ResourceTemplate template, Dialect dialect, JsonWriter out) {
        out.beginObject()
                .field("uriTemplate", template.uriTemplate())
                .field("name", template.name());
        if (dialect.titles()) {
            Writes.text(out, "title", template.title());
        }
        Writes.text(out, "description", template.description());
        Writes.text(out, "mimeType", template.mimeType());
        AnnotationsCodec.write(template.annotations(), dialect, out);
        IconCodec.write(template.icons(), dialect, out);
        if (dialect.metaEverywhere()) {
            Writes.meta(out, template.meta());
        }
        out.endObject();
    }

    static void write(ResourceContents contents, Dialect dialect, JsonWriter out) {
        out.beginObject().field("uri", contents.uri());
        Writes.text(out, "mimeType", contents.mimeType());
        switch (contents) {
            case ResourceContents.Text text -> out.field("text", text.text());
            case ResourceContents.Blob blob -> out.field("blob", blob.blob());
        }
        if (dialect.metaEverywhere()) {
            Writes.meta(out, contents.meta());
        }
        out.endObject();
    }

    static Resource read(JsonObject from) {
        return new Resource(
                from.requireString("uri"),
                from.requireString("name"),
                from.string("title").orElse(null),
                from.string("description").orElse(null),
                from.string("mimeType").orElse(null),
                AnnotationsCodec.read(from),
                from.integer("size").orElse(null),
                IconCodec.read(from),
                Reads.meta(from));
    }

    static ResourceTemplate readTemplate(JsonObject from) {
        return new ResourceTemplate(
                from.requireString("uriTemplate"),
                from.requireString("name"),
                from.string("title").orElse(null),
                from.string("description").orElse(null),
                from.string("mimeType").orElse(null),
                AnnotationsCodec.read(from),
                IconCodec.read(from),
                Reads.meta(from));
    }

    static ResourceContents readContents(JsonObject from) {
        String uri = from.requireString("uri");
        String mimeType = from.string("mimeType").orElse(null);
        Optional<String> text = from.string("text");
        if (text.isPresent()) {
            return new ResourceContents.Text(uri, mimeType, text.get(), Reads.meta(from));
        }
        String blob =
                from.string("blob")
                        .orElseThrow(
                                () ->
                                        new JsonException(
                                                "contents of "
                                                        + Reads.quote(uri)
                                                        + ": neither text nor blob"));
        return new ResourceContents.Blob(uri, mimeType, blob, Reads.meta(from));
    }
}
