package io.erlmcp.protocol;

/** A successful answer of a server; the wire of the peer's revision writes it. */
public sealed interface ServerResult
        permits CallToolResult,
                GetPromptResult,
                ReadResourceResult,
                Page,
                Completion,
                Empty,
                InitializeResult,
                DiscoverResult,
                InputRequired,
                ListenEnded,
                CreateTaskResult,
                DetailedTask,
                TaskResult {}
