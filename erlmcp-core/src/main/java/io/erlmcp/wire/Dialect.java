package io.erlmcp.wire;

import static io.erlmcp.protocol.Revision.R2025_03_26;
import static io.erlmcp.protocol.Revision.R2025_06_18;
import static io.erlmcp.protocol.Revision.R2025_11_25;

import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.Revision;

/**
 * The table of what differs between revisions: the codecs ask it before they write what not every
 * revision knows.
 */
record Dialect(Revision revision) {
    boolean isModern() {
        return revision.era() == Era.MODERN;
    }

    /** Sounds as content. */
    boolean audio() {
        return revision.isAtLeast(R2025_03_26);
    }

    /** Hints about a tool's behaviour. */
    boolean toolAnnotations() {
        return revision.isAtLeast(R2025_03_26);
    }

    /** Text beside the numbers of progress. */
    boolean progressMessage() {
        return revision.isAtLeast(R2025_03_26);
    }

    /** A capability for completions; the method is older than its capability. */
    boolean completionsCapability() {
        return revision.isAtLeast(R2025_03_26);
    }

    /** A title beside the name, of everything that has a name. */
    boolean titles() {
        return revision.isAtLeast(R2025_06_18);
    }

    /** {@code _meta} in definitions and content, not only in params and results. */
    boolean metaEverywhere() {
        return revision.isAtLeast(R2025_06_18);
    }

    /** When content was last changed. */
    boolean lastModified() {
        return revision.isAtLeast(R2025_06_18);
    }

    /** Output schemas of tools, and the structured content that conforms to them. */
    boolean structuredContent() {
        return revision.isAtLeast(R2025_06_18);
    }

    /** Links to resources as content. */
    boolean resourceLinks() {
        return revision.isAtLeast(R2025_06_18);
    }

    /** What is known of other arguments, in completion requests. */
    boolean completionContext() {
        return revision.isAtLeast(R2025_06_18);
    }

    /** Forms for the user. */
    boolean elicitation() {
        return revision.isAtLeast(R2025_06_18);
    }

    /**
     * Two modes of elicitation, form and url, where there was only the form; and choices of several
     * values.
     */
    boolean elicitationModes() {
        return revision.isAtLeast(R2025_11_25);
    }

    /** Tasks in the core of the protocol, asked for by the peer; later they are an extension. */
    boolean coreTasks() {
        return revision == R2025_11_25;
    }

    /** Icons, and an implementation's description and website. */
    boolean icons() {
        return revision.isAtLeast(R2025_11_25);
    }

    /** Tools in sampling, and messages of several blocks. */
    boolean samplingTools() {
        return revision.isAtLeast(R2025_11_25);
    }
}
