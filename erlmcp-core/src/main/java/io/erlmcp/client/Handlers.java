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

    ClientCapabilities capabilities(JsonObject extensions) {
        return new ClientCapabilities(
                roots != null,
                roots != null,
                sample != null,
                sample != null && samplingTools,
                false,
                form != null,
                url != null,
                extensions,
                JsonObject.EMPTY);
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
