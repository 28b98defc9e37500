package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node to which faults are done, which may end and start again on the same data.
 *
 * <p>Process model: made and closed by one program, on one thread.
 */
final class Scene implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Launch launch;
    private final Map<String, String> settings;
    private final Folder folder;
    private @Nullable NodeProcess node;
    private @Nullable OperatorView view;

    Scene(Launch launch, Map<String, String> settings, Folder folder)
            throws IOException, InterruptedException {
        this.launch = launch;
        this.folder = folder;
        this.settings = new HashMap<>(Launch.WITH_FIXTURE);
        this.settings.put("ERLMCP_DATA_DIR", folder.path().resolve("data").toString());
        this.settings.putAll(settings);
        start();
    }

    void start() throws IOException, InterruptedException {
        NodeProcess started = launch.start(settings, "--port", "0", "--admin-port", "0");
        node = started;
        view = new OperatorView(started);
    }

    NodeProcess node() {
        if (node == null) {
            throw new IllegalStateException("the node is not started");
        }
        return node;
    }

    OperatorView.Look look() {
        if (view == null) {
            throw new IllegalStateException("the node is not started");
        }
        return view.look();
    }

    Folder folder() {
        return folder;
    }

    Path path(String name) {
        return folder.path().resolve(name);
    }

    /** kill -9. */
    void kill() throws InterruptedException {
        node().kill();
        node().exitCode(PATIENCE);
    }

    /** A call of the modern era; its error code, 0 for none, or the negative status. */
    int call(String tool, JsonObject arguments) throws IOException {
        JsonObject call = Rpc.modern(1, "tools/call", Rpc.call(tool, arguments));
        try (RawHttp http = new RawHttp(node().mcp(), PATIENCE)) {
            http.post(Rpc.bytes(call), RawHttp.modernHeaders(call));
            RawHttp.Answer answer = http.answer();
            String text = answer.text();
            int brace = text.indexOf('{');
            if (brace < 0) {
                return -answer.status();
            }
            JsonObject message = Json.parseObject(text.substring(brace).strip());
            return message.object("error").map(it -> (int) it.requireInteger("code")).orElse(0);
        }
    }

    /** Stops a component, as an operator. */
    void halt(String component) throws IOException {
        operate("/andon/halt", JsonObject.of("component", component));
    }

    /** Lets a component go on, with an analysis, as an operator. */
    void resume(String component) throws IOException {
        operate(
                "/andon/resume",
                JsonObject.of("component", component, "cause", "a", "fix", "b", "prevention", "c"));
    }

    private void operate(String path, JsonObject body) throws IOException {
        try (RawHttp http = new RawHttp(node().admin().resolve(path), PATIENCE)) {
            http.post(Rpc.bytes(body));
            RawHttp.Answer answer = http.answer();
            if (answer.status() != 200) {
                throw new IOException(path + ": " + answer.status() + ' ' + answer.text());
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        if (view != null) {
            view.close();
        }
        if (node != null) {
            kill();
        }
    }
}
