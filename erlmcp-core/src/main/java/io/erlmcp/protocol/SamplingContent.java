package io.erlmcp.protocol;

/** What sampling messages carry: text, image, audio, the use of a tool, or its result. */
public sealed interface SamplingContent
        permits TextContent, ImageContent, AudioContent, ToolUseContent, ToolResultContent {}
