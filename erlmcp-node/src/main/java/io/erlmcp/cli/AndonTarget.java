package io.erlmcp.cli;

import io.erlmcp.andon.AndonOffline;
import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;

/** The andon cord that a command pulls: of a node that runs, or of one that does not. */
sealed interface AndonTarget {
    JsonObject halt(JsonObject ask) throws IOException, InterruptedException;

    JsonObject resume(JsonObject ask) throws IOException, InterruptedException;

    JsonObject status(String component) throws IOException, InterruptedException;

    JsonObject board() throws IOException, InterruptedException;

    JsonObject report() throws IOException, InterruptedException;

    /** Starts a stop in order. */
    default JsonObject drain(JsonObject ask) throws IOException, InterruptedException {
        throw new UsageException("nothing runs where no node runs: use halt");
    }

    /** Ends the waiting of a stop in order. */
    default JsonObject force(JsonObject ask) throws IOException, InterruptedException {
        throw new UsageException("nothing runs where no node runs: use halt");
    }

    /** Through the operators' endpoint. */
    record Running(AdminClient client) implements AndonTarget {
        @Override
        public JsonObject halt(JsonObject ask) throws IOException, InterruptedException {
            return client.post("/andon/halt", ask);
        }

        @Override
        public JsonObject resume(JsonObject ask) throws IOException, InterruptedException {
            return client.post("/andon/resume", ask);
        }

        @Override
        public JsonObject drain(JsonObject ask) throws IOException, InterruptedException {
            return client.post("/andon/drain", ask);
        }

        @Override
        public JsonObject force(JsonObject ask) throws IOException, InterruptedException {
            return client.post("/andon/force", ask);
        }

        @Override
        public JsonObject status(String component) throws IOException, InterruptedException {
            return client.get("/andon" + AndonCommand.query(component));
        }

        @Override
        public JsonObject board() throws IOException, InterruptedException {
            return client.get("/andon");
        }

        @Override
        public JsonObject report() throws IOException, InterruptedException {
            return client.get("/andon/report");
        }
    }

    /** In the data folder, which is locked meanwhile. */
    record Stopped(Path data) implements AndonTarget {
        @Override
        public JsonObject halt(JsonObject ask) throws IOException {
            return AndonOffline.halt(data, ask);
        }

        @Override
        public JsonObject resume(JsonObject ask) throws IOException {
            return AndonOffline.resume(data, ask);
        }

        @Override
        public JsonObject status(String component) throws IOException {
            return AndonOffline.status(data, component);
        }

        @Override
        public JsonObject board() throws IOException {
            return AndonOffline.board(data);
        }

        @Override
        public JsonObject report() throws IOException {
            return AndonOffline.report(data);
        }
    }
}
