package io.erlmcp.protocol;

/** A link to a resource that the client may read. */
public record ResourceLink(Resource resource) implements ContentBlock {}
