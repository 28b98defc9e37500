package io.erlmcp.client;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.Prompt;
import io.erlmcp.protocol.Resource;
import io.erlmcp.protocol.ResourceTemplate;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.protocol.Tool;
import io.erlmcp.wire.Wire;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads results, and of a page of a list what can be read: one entry that makes no sense does not
 * hide the others.
 */
final class ListPages {
    /** Entries of one page that are told one by one; what is left out beyond is counted. */
    static final int MAX_TOLD = 20;

    private static final int MAX_NAME = 128;

    private final Observer observer;
    private final int maxEntries;

    ListPages(Observer observer, int maxEntries) {
        this.observer = observer;
        this.maxEntries = maxEntries;
    }

    ServerResult read(Wire wire, ClientRequest request, JsonObject result) {
        String member = member(request);
        if (member == null) {
            return wire.readResult(request, result);
        }
        if (result.get(member) instanceof JsonArray all && all.size() > maxEntries) {
            throw McpException.invalidParams(
                    wire.method(request)
                            + " has a page of "
                            + all.size()
                            + " entries, the limit is "
                            + maxEntries);
        }
        try {
            return wire.readResult(request, result);
        } catch (McpException e) {
            return byEntry(wire, request, result, member);
        }
    }

    /** Whatever else is wrong with the page is wrong without its entries too, and refused. */
    private ServerResult byEntry(
            Wire wire, ClientRequest request, JsonObject result, String member) {
        JsonObject rest = result.with(member, JsonArray.EMPTY);
        ServerResult empty = wire.readResult(request, rest);
        if (!(result.get(member) instanceof JsonArray all)) {
            return wire.readResult(request, result);
        }
        List<ServerResult> parts = new ArrayList<>();
        int ignored = 0;
        for (JsonValue entry : all) {
            try {
                parts.add(wire.readResult(request, rest.with(member, JsonArray.of(entry))));
            } catch (McpException e) {
                ignored++;
                tell(wire.method(request), ignored, entry, String.valueOf(e.getMessage()));
            }
        }
        if (ignored > MAX_TOLD) {
            String more = (ignored - MAX_TOLD) + " more";
            observer.on(
                    new ClientEvent.EntryIgnored(wire.method(request), more, "as those before"));
        }
        return joined(empty, parts);
    }

    private void tell(String list, int ignored, JsonValue entry, String reason) {
        if (ignored <= MAX_TOLD) {
            observer.on(new ClientEvent.EntryIgnored(list, name(entry), reason));
        }
    }

    private static String name(JsonValue entry) {
        if (!(entry instanceof JsonObject object)
                || !(object.get("name") instanceof JsonString name)) {
            return "an entry without a name";
        }
        String text = name.value();
        return text.length() <= MAX_NAME ? text : text.substring(0, MAX_NAME) + "...";
    }

    private static ServerResult joined(ServerResult empty, List<ServerResult> parts) {
        return switch (empty) {
            case Page.Tools page -> {
                List<Tool> all = new ArrayList<>();
                parts.forEach(
                        part -> all.addAll(part instanceof Page.Tools p ? p.tools() : List.of()));
                yield new Page.Tools(all, page.nextCursor(), page.cache());
            }
            case Page.Prompts page -> {
                List<Prompt> all = new ArrayList<>();
                parts.forEach(
                        part ->
                                all.addAll(
                                        part instanceof Page.Prompts p ? p.prompts() : List.of()));
                yield new Page.Prompts(all, page.nextCursor(), page.cache());
            }
            case Page.Resources page -> {
                List<Resource> all = new ArrayList<>();
                parts.forEach(
                        part ->
                                all.addAll(
                                        part instanceof Page.Resources p
                                                ? p.resources()
                                                : List.of()));
                yield new Page.Resources(all, page.nextCursor(), page.cache());
            }
            case Page.ResourceTemplates page -> {
                List<ResourceTemplate> all = new ArrayList<>();
                parts.forEach(
                        part ->
                                all.addAll(
                                        part instanceof Page.ResourceTemplates p
                                                ? p.resourceTemplates()
                                                : List.of()));
                yield new Page.ResourceTemplates(all, page.nextCursor(), page.cache());
            }
            default -> empty;
        };
    }

    /** Where the entries of a list are; null for what is no list. */
    private static @Nullable String member(ClientRequest request) {
        return switch (request) {
            case ClientRequest.ListTools l -> "tools";
            case ClientRequest.ListPrompts l -> "prompts";
            case ClientRequest.ListResources l -> "resources";
            case ClientRequest.ListResourceTemplates l -> "resourceTemplates";
            default -> null;
        };
    }
}
