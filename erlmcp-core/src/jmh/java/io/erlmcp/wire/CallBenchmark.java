package io.erlmcp.wire;

import io.erlmcp.json.Envelope;
import io.erlmcp.json.EnvelopeScanner;
import io.erlmcp.json.JacksonBinder;
import io.erlmcp.json.JsonLimits;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Revision;
import io.erlmcp.rpc.RpcMessage;
import io.erlmcp.rpc.RpcReader;
import io.erlmcp.rpc.RpcWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a {@code tools/call} of about 300 bytes costs without transport and dispatch. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CallBenchmark {
    private static final ResultMeta META =
            new ResultMeta(Implementation.of("server", "1.0"), JsonObject.EMPTY);

    /** The arguments of the tool. */
    public record Echo(String text) {}

    @Param({"2026-07-28", "2025-11-25"})
    public String revision = "2026-07-28";

    private Wire wire = Wire.of(Revision.LATEST);
    private ResultMeta meta = META;
    private byte[] request = {};
    private String text = "";

    @Setup
    public void setup() {
        Revision which =
                revision.equals("2026-07-28") ? Revision.R2026_07_28 : Revision.R2025_11_25;
        wire = Wire.of(which);
        meta = which == Revision.R2026_07_28 ? META : ResultMeta.NONE;
        text = "x".repeat(which == Revision.R2026_07_28 ? 60 : 190);
        JsonObject params = JsonObject.of("name", "echo", "arguments", JsonObject.of("text", text));
        if (which == Revision.R2026_07_28) {
            params =
                    params.with(
                            "_meta",
                            JsonObject.of(
                                    "io.modelcontextprotocol/protocolVersion",
                                    revision,
                                    "io.modelcontextprotocol/clientCapabilities",
                                    JsonObject.EMPTY));
        }
        request =
                JsonObject.of(
                                "jsonrpc",
                                "2.0",
                                "id",
                                100_000_000_000L,
                                "method",
                                "tools/call",
                                "params",
                                params)
                        .toJson()
                        .getBytes(StandardCharsets.UTF_8);
    }

    /** Finds the parts of the message and proves all of it well formed. */
    @Benchmark
    public Envelope scan() {
        return EnvelopeScanner.scan(request, 0, request.length, JsonLimits.DEFAULTS);
    }

    /** All of the codec: scan, read the envelope and the params, bind the arguments, answer. */
    @Benchmark
    public int call() {
        Envelope envelope = EnvelopeScanner.scan(request, 0, request.length, JsonLimits.DEFAULTS);
        RpcMessage.Request message = (RpcMessage.Request) RpcReader.read(envelope);
        RequestMeta asked = wire.readMeta(envelope);
        ClientRequest.CallTool call =
                (ClientRequest.CallTool) wire.readRequest(message.method(), envelope);
        Echo arguments = JacksonBinder.shared().read(call.arguments(), Echo.class);
        JsonWriter out = new JsonWriter(308);
        RpcWriter.beginResult(message.id(), out);
        wire.writeResult(CallToolResult.text(arguments.text()), meta, out);
        RpcWriter.end(out);
        return out.size() + asked.hashCode();
    }
}
