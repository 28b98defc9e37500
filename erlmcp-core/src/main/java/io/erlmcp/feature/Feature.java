package io.erlmcp.feature;

/** One thing that a server offers, with the code behind it. */
public sealed interface Feature
        permits ToolSpec, PromptSpec, ResourceSpec, ResourceTemplateSpec, CompletionSpec {}
