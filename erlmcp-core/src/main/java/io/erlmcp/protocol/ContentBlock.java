package io.erlmcp.protocol;

/**
 * What tools return and prompts carry: text, image, audio, a link to a resource, or a resource
 * itself.
 */
public sealed interface ContentBlock
        permits TextContent, ImageContent, AudioContent, ResourceLink, EmbeddedResource {}
