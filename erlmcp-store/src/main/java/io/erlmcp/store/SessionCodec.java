package io.erlmcp.store;

import io.erlmcp.json.Json;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.Icon;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.Revision;
import io.erlmcp.security.Principal;
import io.erlmcp.session.SessionRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A session as bytes. A new field means a new version, which reads the old ones; a version that is
 * not known is refused. What has nothing in the new field is written as before, so that an earlier
 * erlmcp can read it.
 */
final class SessionCodec {
    static final int VERSION = 2;

    /** Before there was metadata. */
    private static final int WITHOUT_METADATA = 1;

    private SessionCodec() {}

    static byte[] write(SessionRecord session) {
        boolean hasMetadata = !session.metadata().isEmpty();
        BinaryWriter out = new BinaryWriter(hasMetadata ? VERSION : WITHOUT_METADATA);
        out.text(session.id()).number(session.version());
        out.text(session.principal().name()).texts(session.principal().scopes());
        out.text(session.revision().text());
        write(session.capabilities(), out);
        write(session.clientInfo(), out);
        out.text(session.logLevel().text()).texts(session.subscriptions());
        out.flag(session.initialized());
        write(session.created(), out);
        write(session.updated(), out);
        if (hasMetadata) {
            write(session.metadata(), out);
        }
        return out.finish();
    }

    /**
     * @throws BinaryReader.Damaged when these are not the bytes of a session
     */
    static SessionRecord read(byte[] bytes) {
        BinaryReader in = new BinaryReader("a session", bytes, VERSION);
        try {
            return read(in);
        } catch (RuntimeException e) {
            throw new BinaryReader.Damaged("a session cannot be read: " + e);
        }
    }

    private static SessionRecord read(BinaryReader in) {
        String id = in.text();
        long version = in.number();
        Principal principal = new Principal(in.text(), in.texts());
        String revision = in.text();
        ClientCapabilities capabilities = capabilities(in);
        Implementation clientInfo = clientInfo(in);
        String level = in.text();
        Set<String> subscriptions = in.texts();
        boolean initialized = in.flag();
        Instant created = instant(in);
        Instant updated = instant(in);
        return new SessionRecord(
                id,
                version,
                principal,
                Revision.of(revision).orElseThrow(),
                capabilities,
                clientInfo,
                LogLevel.of(level).orElseThrow(),
                subscriptions,
                in.version() == WITHOUT_METADATA ? Map.of() : metadata(in),
                initialized,
                created,
                updated);
    }

    /** The version alone, for compare-and-set. */
    static long versionOf(byte[] bytes) {
        BinaryReader in = new BinaryReader("a session", bytes, VERSION);
        in.bytes();
        return in.number();
    }

    private static void write(Instant instant, BinaryWriter out) {
        out.number(instant.getEpochSecond()).number(instant.getNano());
    }

    private static Instant instant(BinaryReader in) {
        return Instant.ofEpochSecond(in.number(), in.number());
    }

    private static void write(Map<String, String> metadata, BinaryWriter out) {
        out.number(metadata.size());
        metadata.forEach((name, value) -> out.text(name).text(value));
    }

    private static Map<String, String> metadata(BinaryReader in) {
        long count = in.number();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (long i = 0; i < count; i++) {
            metadata.put(in.text(), in.text());
        }
        return metadata;
    }

    private static void write(ClientCapabilities has, BinaryWriter out) {
        out.flag(has.roots()).flag(has.rootsListChanged());
        out.flag(has.sampling()).flag(has.samplingTools()).flag(has.samplingContext());
        out.flag(has.elicitationForm()).flag(has.elicitationUrl());
        out.text(has.extensions().toJson()).text(has.raw().toJson());
    }

    private static ClientCapabilities capabilities(BinaryReader in) {
        return new ClientCapabilities(
                in.flag(),
                in.flag(),
                in.flag(),
                in.flag(),
                in.flag(),
                in.flag(),
                in.flag(),
                Json.parseObject(in.text()),
                Json.parseObject(in.text()));
    }

    private static void write(@Nullable Implementation client, BinaryWriter out) {
        out.flag(client != null);
        if (client == null) {
            return;
        }
        out.text(client.name()).optionalText(client.title()).text(client.version());
        out.optionalText(client.description()).optionalText(client.websiteUrl());
        out.number(client.icons().size());
        for (Icon icon : client.icons()) {
            out.text(icon.src()).optionalText(icon.mimeType());
            out.texts(icon.sizes()).optionalText(icon.theme());
        }
    }

    private static @Nullable Implementation clientInfo(BinaryReader in) {
        if (!in.flag()) {
            return null;
        }
        String name = in.text();
        String title = in.optionalText();
        String version = in.text();
        String description = in.optionalText();
        String websiteUrl = in.optionalText();
        long count = in.number();
        List<Icon> icons = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            icons.add(
                    new Icon(
                            in.text(),
                            in.optionalText(),
                            List.copyOf(in.texts()),
                            in.optionalText()));
        }
        return new Implementation(name, title, version, description, websiteUrl, icons);
    }
}
