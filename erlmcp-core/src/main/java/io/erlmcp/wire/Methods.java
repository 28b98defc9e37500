package io.erlmcp.wire;

import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitUrl;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.ListRoots;
import io.erlmcp.protocol.ServerNotification;

/** The names of all methods, of all revisions. */
final class Methods {
    static final String INITIALIZE = "initialize";
    static final String DISCOVER = "server/discover";
    static final String PING = "ping";
    static final String LIST_TOOLS = "tools/list";
    static final String CALL_TOOL = "tools/call";
    static final String LIST_PROMPTS = "prompts/list";
    static final String GET_PROMPT = "prompts/get";
    static final String LIST_RESOURCES = "resources/list";
    static final String LIST_RESOURCE_TEMPLATES = "resources/templates/list";
    static final String READ_RESOURCE = "resources/read";
    static final String SUBSCRIBE = "resources/subscribe";
    static final String UNSUBSCRIBE = "resources/unsubscribe";
    static final String COMPLETE = "completion/complete";
    static final String SET_LEVEL = "logging/setLevel";
    static final String LISTEN = "subscriptions/listen";

    static final String GET_TASK = "tasks/get";
    static final String TASK_RESULT = "tasks/result";
    static final String LIST_TASKS = "tasks/list";
    static final String CANCEL_TASK = "tasks/cancel";
    static final String UPDATE_TASK = "tasks/update";

    static final String ELICIT = "elicitation/create";
    static final String CREATE_MESSAGE = "sampling/createMessage";
    static final String LIST_ROOTS = "roots/list";

    static final String PROGRESS = "notifications/progress";
    static final String LOG = "notifications/message";
    static final String TOOLS_CHANGED = "notifications/tools/list_changed";
    static final String PROMPTS_CHANGED = "notifications/prompts/list_changed";
    static final String RESOURCES_CHANGED = "notifications/resources/list_changed";
    static final String RESOURCE_UPDATED = "notifications/resources/updated";
    static final String ELICITATION_COMPLETE = "notifications/elicitation/complete";
    static final String ACKNOWLEDGED = "notifications/subscriptions/acknowledged";

    static final String TASK_STATUS = "notifications/tasks/status";
    static final String TASKS = "notifications/tasks";

    private Methods() {}

    static String of(ClientRequest request) {
        return switch (request) {
            case ClientRequest.Initialize it -> INITIALIZE;
            case ClientRequest.Discover it -> DISCOVER;
            case ClientRequest.Ping it -> PING;
            case ClientRequest.ListTools it -> LIST_TOOLS;
            case ClientRequest.CallTool it -> CALL_TOOL;
            case ClientRequest.ListPrompts it -> LIST_PROMPTS;
            case ClientRequest.GetPrompt it -> GET_PROMPT;
            case ClientRequest.ListResources it -> LIST_RESOURCES;
            case ClientRequest.ListResourceTemplates it -> LIST_RESOURCE_TEMPLATES;
            case ClientRequest.ReadResource it -> READ_RESOURCE;
            case ClientRequest.Subscribe it -> SUBSCRIBE;
            case ClientRequest.Unsubscribe it -> UNSUBSCRIBE;
            case ClientRequest.Complete it -> COMPLETE;
            case ClientRequest.SetLevel it -> SET_LEVEL;
            case ClientRequest.Listen it -> LISTEN;
            case ClientRequest.GetTask it -> GET_TASK;
            case ClientRequest.GetTaskResult it -> TASK_RESULT;
            case ClientRequest.ListTasks it -> LIST_TASKS;
            case ClientRequest.CancelTask it -> CANCEL_TASK;
            case ClientRequest.UpdateTask it -> UPDATE_TASK;
        };
    }

    static String of(InputRequest question) {
        return switch (question) {
            case ElicitForm it -> ELICIT;
            case ElicitUrl it -> ELICIT;
            case CreateMessage it -> CREATE_MESSAGE;
            case ListRoots it -> LIST_ROOTS;
        };
    }

    static String of(ServerNotification notification, Dialect dialect) {
        return switch (notification) {
            case ServerNotification.Progress it -> PROGRESS;
            case ServerNotification.Log it -> LOG;
            case ServerNotification.ToolListChanged it -> TOOLS_CHANGED;
            case ServerNotification.PromptListChanged it -> PROMPTS_CHANGED;
            case ServerNotification.ResourceListChanged it -> RESOURCES_CHANGED;
            case ServerNotification.ResourceUpdated it -> RESOURCE_UPDATED;
            case ServerNotification.ElicitationComplete it -> ELICITATION_COMPLETE;
            case ServerNotification.SubscriptionsAcknowledged it -> ACKNOWLEDGED;
            case ServerNotification.TaskChanged it -> dialect.isModern() ? TASKS : TASK_STATUS;
        };
    }
}
