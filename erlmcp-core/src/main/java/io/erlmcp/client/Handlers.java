package io.erlmcp.client;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.Root;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What of the user's code answers a server's questions; what is absent is not declared, and
 * refused.
 */
record Handlers(
        @Nullable ElicitHandler form,
        @Nullable ElicitUrlHandler url,
        @Nullable SampleHandler sample,
        boolean samplingTools,
        @Nullable Supplier<List<Root>> roots) {
    static final Handlers NONE = new Handlers(null, null, null, false, null);

    /**
     * @param tasks whether questions may be answered by tasks
     */
    ClientCapabilities capabilities(JsonObject extensions, boolean tasks) {
        return new ClientCapabilities(
                roots != null,
                roots != null,
                sample != null,
                sample != null && samplingTools,
                false,
                form != null,
                url != null,
                extensions,
                tasks ? JsonObject.of("tasks", taskCapabilities()) : JsonObject.EMPTY);
    }

    private JsonObject taskCapabilities() {
        JsonObject requests = JsonObject.EMPTY;
        if (form != null || url != null) {
            requests = requests.with("elicitation", JsonObject.of("create", JsonObject.EMPTY));
        }
        if (sample != null) {
            requests = requests.with("sampling", JsonObject.of("createMessage", JsonObject.EMPTY));
        }
        return JsonObject.of(
                "list", JsonObject.EMPTY, "cancel", JsonObject.EMPTY, "requests", requests);
    }

    Handlers withForm(ElicitHandler handler) {
        return new Handlers(handler, url, sample, samplingTools, roots);
    }

    Handlers withUrl(ElicitUrlHandler handler) {
        return new Handlers(form, handler, sample, samplingTools, roots);
    }

    Handlers withSample(SampleHandler handler, boolean tools) {
        return new Handlers(form, url, handler, tools, roots);
    }

    Handlers withRoots(Supplier<List<Root>> supplier) {
        return new Handlers(form, url, sample, samplingTools, supplier);
    }
}
