package io.erlmcp.bench;

import java.util.Arrays;
import java.util.Optional;

/** What one operation of a run is. */
public enum Workload {
    /** A tool call whose answer is the text that was sent. */
    TOOLS_CALL("tools/call", "echo"),
    /** The first page of the list of tools. */
    TOOLS_LIST("tools/list", ""),
    /** A new session: {@code initialize} and {@code notifications/initialized}. Legacy era. */
    INITIALIZE("initialize", ""),
    /** A tool call that answers with a stream of progress notifications before its result. */
    PROGRESS("progress", "emit"),
    /**
     * A stream that stays open until the end: GET in a session of the legacy era, {@code
     * subscriptions/listen} in the modern one. What is measured is how long each took to open.
     */
    STREAMS("streams", "");

    private final String text;
    private final String usualTool;

    Workload(String text, String usualTool) {
        this.text = text;
        this.usualTool = usualTool;
    }

    /** The name on the command line and in reports. */
    public String text() {
        return text;
    }

    /** The tool that is called unless another is named; empty where none is called. */
    public String usualTool() {
        return usualTool;
    }

    /** The workload of that name. */
    public static Optional<Workload> of(String text) {
        return Arrays.stream(values()).filter(it -> it.text.equals(text)).findFirst();
    }
}
