package io.erlmcp.upstream;

import io.erlmcp.protocol.Resource;
import io.erlmcp.protocol.ResourceContents;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How the URIs of a server read here: as they are, or with the server's name and a plus sign before
 * them where another has the same.
 */
final class Uris {
    private final String prefix;
    private final Set<String> renamed = ConcurrentHashMap.newKeySet();

    Uris(String name) {
        this.prefix = name + '+';
    }

    String rename(String uri) {
        renamed.add(uri);
        return prefix + uri;
    }

    /** The resource with this URI here is gone. */
    void forget(String uri) {
        renamed.remove(inward(uri));
    }

    /** What the server calls it. */
    String inward(String uri) {
        return uri.startsWith(prefix) ? uri.substring(prefix.length()) : uri;
    }

    String outward(String uri) {
        return renamed.contains(uri) ? prefix + uri : uri;
    }

    Resource outward(Resource resource) {
        return renamed.contains(resource.uri())
                ? named(resource, outward(resource.uri()))
                : resource;
    }

    static Resource named(Resource it, String uri) {
        return new Resource(
                uri,
                it.name(),
                it.title(),
                it.description(),
                it.mimeType(),
                it.annotations(),
                it.size(),
                it.icons(),
                it.meta());
    }

    ResourceContents outward(ResourceContents contents) {
        return named(contents, outward(contents.uri()));
    }

    static ResourceContents named(ResourceContents contents, String uri) {
        return switch (contents) {
            case ResourceContents.Text it ->
                    new ResourceContents.Text(uri, it.mimeType(), it.text(), it.meta());
            case ResourceContents.Blob it ->
                    new ResourceContents.Blob(uri, it.mimeType(), it.blob(), it.meta());
        };
    }
}
