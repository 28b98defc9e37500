package io.erlmcp.session;

import io.erlmcp.dispatch.CallLimits;
import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.ResourceSpec;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.ResourceContents;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ToolAnnotations;
import io.erlmcp.security.Authenticator;
import io.erlmcp.security.Principal;
import io.erlmcp.server.McpServer;
import io.erlmcp.server.ServerBuilder;
import io.erlmcp.server.ServerLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server whose tools tests can hold and let go. */
final class Fixture {
    static final JsonObject NAME_FORM =
            JsonObject.of(
                    "type",
                    "object",
                    "properties",
                    JsonObject.of("name", JsonObject.of("type", "string")),
                    "required",
                    JsonArray.of("name"));

    /** The modern era, and nothing else. */
    static final String META =
            "'_meta':{'io.modelcontextprotocol/protocolVersion':'2026-07-28',"
                    + "'io.modelcontextprotocol/clientCapabilities':{}}";

    /** A stream that hears of nothing. */
    static final String LISTEN =
            "{'jsonrpc':'2.0','id':1,'method':'subscriptions/listen','params':{'notifications':{},"
                    + META
                    + "}}";

    /** What {@code Authorization} says is the name, and after it scopes; nobody without it. */
    static final Authenticator BY_NAME =
            (transport, address, headers) -> {
                String name = headers.get("authorization");
                if (name == null) {
                    return null;
                }
                List<String> words = List.of(name.split(" "));
                return new Principal(words.getFirst(), Set.copyOf(words.subList(1, words.size())));
            };

    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);
    final CountDownLatch interrupted = new CountDownLatch(1);
    final AtomicInteger runs = new AtomicInteger();
    final AtomicInteger once = new AtomicInteger();

    /** A session that nobody did anything with. */
    static SessionRecord record(String id) {
        return new SessionRecord(
                id,
                1,
                Principal.ANONYMOUS,
                Revision.LATEST_LEGACY,
                ClientCapabilities.NONE,
                null,
                LogLevel.INFO,
                Set.of(),
                Map.of(),
                false,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    McpServer server() {
        return builder().build();
    }

    ServerBuilder builder() {
        return McpServer.builder("fixture", "1.0").add(features());
    }

    static ServerLimits limits(CallLimits calls, SessionLimits sessions) {
        ServerLimits all = ServerLimits.DEFAULTS;
        return new ServerLimits(calls, sessions, all.catalogs(), all.stateLifetime());
    }

    static ServerLimits limits(SessionLimits sessions) {
        return limits(CallLimits.DEFAULTS, sessions);
    }

    static ServerLimits limits(CallLimits calls) {
        return limits(calls, SessionLimits.DEFAULTS);
    }

    /** The default bounds of sessions, one or the other changed. */
    static Bounds sessions() {
        return new Bounds();
    }

    /** Bounds of sessions in the making. */
    static final class Bounds {
        private static final SessionLimits USUAL = SessionLimits.DEFAULTS;

        private SessionLimits.Caps caps = USUAL.caps();
        private int subscriptions = USUAL.maxSubscriptions();
        private int listenStreams = USUAL.maxListenStreams();
        private int streamsPerCaller = USUAL.maxStreamsPerCaller();
        private int questions = USUAL.maxQuestions();
        private Duration initializeTimeout = USUAL.initializeTimeout();

        Bounds sessions(int max) {
            return caps(max, USUAL.caps().perPrincipal(), USUAL.caps().perAddress());
        }

        Bounds caps(int all, int perPrincipal, int perAddress) {
            caps = new SessionLimits.Caps(all, perPrincipal, perAddress, USUAL.caps().unused());
            return this;
        }

        Bounds subscriptions(int max) {
            subscriptions = max;
            return this;
        }

        Bounds listenStreams(int max) {
            listenStreams = max;
            return this;
        }

        Bounds streamsPerCaller(int max) {
            streamsPerCaller = max;
            return this;
        }

        Bounds questions(int max) {
            questions = max;
            return this;
        }

        Bounds initializeTimeout(Duration limit) {
            initializeTimeout = limit;
            return this;
        }

        SessionLimits build() {
            return new SessionLimits(
                    caps,
                    USUAL.idleExpiry(),
                    initializeTimeout,
                    subscriptions,
                    listenStreams,
                    streamsPerCaller,
                    questions,
                    USUAL.events(),
                    USUAL.kept(),
                    USUAL.writeTimeout(),
                    USUAL.json());
        }
    }

    static CallLimits questionTimeout(Duration timeout) {
        CallLimits all = CallLimits.DEFAULTS;
        return new CallLimits(
                all.maxRunning(),
                all.maxRunningPerCaller(),
                all.maxWaiting(),
                all.callTimeout(),
                timeout);
    }

    static CallLimits callTimeout(Duration timeout) {
        CallLimits all = CallLimits.DEFAULTS;
        return new CallLimits(
                all.maxRunning(),
                all.maxRunningPerCaller(),
                all.maxWaiting(),
                timeout,
                all.questionTimeout());
    }

    private Feature[] features() {
        return new Feature[] {
            ToolSpec.of("echo", (arguments, call) -> CallToolResult.text(arguments.toString()))
                    .nonBlocking(),
            ToolSpec.of(
                            "count",
                            (arguments, call) -> CallToolResult.text("" + runs.incrementAndGet()))
                    .nonBlocking(),
            ToolSpec.of("hold", (arguments, call) -> hold()),
            ToolSpec.of(
                    "tell",
                    (arguments, call) -> {
                        call.progress(1, null, "before");
                        return hold();
                    }),
            ToolSpec.of("deaf", (arguments, call) -> deaf()),
            ToolSpec.of(
                    "break",
                    (arguments, call) -> {
                        throw new IllegalStateException("secret of the house");
                    }),
            ToolSpec.of(
                    "progress",
                    (arguments, call) -> {
                        call.progress(1, 3.0, "one");
                        call.progress(1, 3.0, "not more than before");
                        call.progress(2, 3.0, "two");
                        return CallToolResult.text("done");
                    }),
            ToolSpec.of(
                    "release",
                    (arguments, call) -> {
                        call.releaseConnection(Duration.ofMillis(300));
                        release.await();
                        return CallToolResult.text("after all");
                    }),
            ToolSpec.of("greet", (arguments, call) -> greet(call)),
            ToolSpec.of(
                            "greet_again",
                            (arguments, call) ->
                                    CallToolResult.text(
                                            call.elicit("who", "Who?", NAME_FORM)
                                                    .content()
                                                    .toJson()))
                    .annotations(new ToolAnnotations(null, null, null, true, null)),
            ToolSpec.of("both", (arguments, call) -> both(call)),
            ResourceSpec.of(
                    "test://one",
                    "one",
                    "text/plain",
                    (uri, variables, call) ->
                            ReadResourceResult.of(ResourceContents.text(uri, "text/plain", "1"))),
        };
    }

    private CallToolResult greet(CallContext call) {
        runs.incrementAndGet();
        int number = call.once("number", Integer.class, once::incrementAndGet);
        String who = name(call.elicit("who", "Who are you?", NAME_FORM));
        String where = name(call.elicit("where", "Where from?", NAME_FORM));
        return CallToolResult.text(number + " " + who + " " + where);
    }

    private static String name(ElicitResult result) {
        return result.content().string("name").orElse("nobody");
    }

    private static CallToolResult both(CallContext call) {
        var answers =
                call.ask(
                        Map.of(
                                "form",
                                new ElicitForm("Who?", NAME_FORM),
                                "model",
                                CreateMessage.of("?", 10)));
        return CallToolResult.text(String.join(",", answers.keySet().stream().sorted().toList()));
    }

    private CallToolResult hold() throws InterruptedException {
        entered.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
        return CallToolResult.text("released");
    }

    /** Hears no interrupt. */
    private CallToolResult deaf() {
        entered.countDown();
        boolean isReleased = false;
        while (!isReleased) {
            try {
                isReleased = release.await(1, TimeUnit.HOURS);
            } catch (InterruptedException ignored) {
                isReleased = false;
            }
        }
        return CallToolResult.text("heard nothing");
    }
}
