package io.erlmcp.wire;

import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.TaskWish;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests of clients, as a client writes them. */
final class RequestWriter {
    private RequestWriter() {}

    /** Writes the members of params, without {@code _meta}. */
    static void members(ClientRequest request, Dialect dialect, JsonWriter out) {
        switch (request) {
            case ClientRequest.Initialize initialize -> {
                out.field("protocolVersion", initialize.requestedVersion()).name("capabilities");
                CapabilitiesCodec.write(initialize.capabilities(), dialect, out);
                out.name("clientInfo");
                ImplementationCodec.write(initialize.clientInfo(), dialect, out);
            }
            case ClientRequest.Discover it -> {}
            case ClientRequest.Ping it -> {}
            case ClientRequest.ListTools list -> Writes.text(out, "cursor", list.cursor());
            case ClientRequest.ListPrompts list -> Writes.text(out, "cursor", list.cursor());
            case ClientRequest.ListResources list -> Writes.text(out, "cursor", list.cursor());
            case ClientRequest.ListResourceTemplates list ->
                    Writes.text(out, "cursor", list.cursor());
            case ClientRequest.CallTool call -> {
                out.field("name", call.name()).field("arguments", call.arguments());
                TaskWish wish = call.task();
                if (wish != null && dialect.coreTasks()) {
                    TaskCodec.write(wish, out);
                }
            }
            case ClientRequest.GetPrompt get -> {
                out.field("name", get.name());
                if (!get.arguments().isEmpty()) {
                    Writes.strings(out, "arguments", get.arguments());
                }
            }
            case ClientRequest.ReadResource read -> out.field("uri", read.uri());
            case ClientRequest.Complete complete -> CompletionCodec.members(complete, dialect, out);
            case ClientRequest.SetLevel set -> out.field("level", set.level().text());
            case ClientRequest.Subscribe subscribe -> out.field("uri", subscribe.uri());
            case ClientRequest.Unsubscribe unsubscribe -> out.field("uri", unsubscribe.uri());
            case ClientRequest.Listen listen -> ListenCodec.member(listen.filter(), out);
            case ClientRequest.GetTask get -> out.field("taskId", get.taskId());
            case ClientRequest.GetTaskResult get -> out.field("taskId", get.taskId());
            case ClientRequest.ListTasks list -> Writes.text(out, "cursor", list.cursor());
            case ClientRequest.CancelTask cancel -> out.field("taskId", cancel.taskId());
            case ClientRequest.UpdateTask update ->
                    out.field("taskId", update.taskId())
                            .field("inputResponses", update.inputResponses());
        }
    }

    static void retry(@Nullable Retry retry, Dialect dialect, JsonWriter out) {
        if (retry == null) {
            return;
        }
        if (!retry.inputResponses().isEmpty()) {
            out.name("inputResponses").beginObject();
            for (Map.Entry<String, InputResponse> answer : retry.inputResponses().entrySet()) {
                out.name(answer.getKey());
                InputCodec.write(answer.getValue(), dialect, out);
            }
            out.endObject();
        }
        Writes.text(out, "requestState", retry.requestState());
    }
}
