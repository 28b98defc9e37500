package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * R17: malformed frames over stdio, TCP, WebSocket and HTTP+SSE, as HTTP bodies and as HTTP itself,
 * and the public JSON parsing corpus. The node neither ends nor hangs, answers each with the code
 * that an independent judge expects, and goes on serving.
 */
final class Frames implements Guarantee {
    private static final String MIXED_CODES = "read-one-code-as-another";
    private static final String LENIENT = "judge-too-kindly";
    private static final String SWALLOWED = "lose-an-answer";
    private static final Map<String, String> TCP =
            Map.of("ERLMCP_TCP_ENABLED", "true", "ERLMCP_TCP_PORT", "0");
    private static final int BATCH = 100;
    private static final int MAX_LOST = 3;
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(20);

    private static final JsonObject ECHO = Rpc.call("echo", JsonObject.of("text", "hello"));
    private static final JsonObject COMPLETE =
            JsonObject.of(
                    "ref",
                            JsonObject.of(
                                    "type", "ref/prompt", "name", "test_prompt_with_arguments"),
                    "argument", JsonObject.of("name", "arg1", "value", "par"));
    private static final JsonObject READ = JsonObject.of("uri", "test://static-text");
    private static final JsonObject PROMPT = JsonObject.of("name", "test_simple_prompt");

    private static final List<JsonObject> MODERN =
            List.of(
                    Rpc.modern(1, "tools/call", ECHO),
                    Rpc.modern("two", "tools/call", ECHO),
                    Rpc.modern(3, "tools/list", JsonObject.EMPTY),
                    Rpc.modern("four", "resources/read", READ),
                    Rpc.modern(5, "prompts/get", PROMPT),
                    Rpc.modern(6, "completion/complete", COMPLETE),
                    Rpc.modern(7, "server/discover", JsonObject.EMPTY));
    private static final List<JsonObject> LEGACY =
            List.of(
                    Rpc.legacy(11, "tools/call", ECHO),
                    Rpc.legacy("twelve", "tools/call", ECHO),
                    Rpc.legacy(13, "tools/list", JsonObject.EMPTY),
                    Rpc.legacy("fourteen", "resources/read", READ),
                    Rpc.legacy(15, "prompts/get", PROMPT),
                    Rpc.legacy(16, "completion/complete", COMPLETE),
                    Rpc.legacy(17, "logging/setLevel", JsonObject.of("level", "warning")),
                    Rpc.legacy(18, "ping", JsonObject.EMPTY));

    @Override
    public String id() {
        return "R17";
    }

    @Override
    public String title() {
        return "Malformed frames on each transport and the public JSON parsing corpus: no crash, no"
                + " hang, the right code";
    }

    @Override
    public List<String> plants() {
        return List.of(MIXED_CODES, LENIENT, SWALLOWED);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        if (trial.size() == Trial.Size.FULL && trial.corpus() == null) {
            throw new IOException("the whole guarantee needs --corpus");
        }
        Duration patience =
                trial.isPlanted(SWALLOWED) ? Duration.ofSeconds(1) : Duration.ofSeconds(15);
        FrameJudge judge = new FrameJudge(trial.isPlanted(LENIENT));
        AnswerCheck check = new AnswerCheck(trial.isPlanted(MIXED_CODES));
        int count = trial.pick(150, 500, 10_000);
        try (NodeProcess node =
                        trial.launch().start(TCP, "--stdio", "--port", "0", "--admin-port", "0");
                DuplexFrames stdio = DuplexFrames.stdio(node, patience);
                DuplexFrames tcp = DuplexFrames.tcp(node.url("tcp"), patience);
                DuplexFrames webSocket = DuplexFrames.webSocket(node.url("ws"), patience);
                DuplexFrames sse = DuplexFrames.sse(SsePoster.of(node), patience);
                HttpPeer modern = new HttpPeer(node.mcp(), patience, false);
                HttpPeer legacy = new HttpPeer(node.mcp(), patience, true)) {
            Run run = new Run(node, judge, check, findings, trial.isPlanted(SWALLOWED));
            run.spoiled("stdio", stdio, null, modern, trial.random("stdio"), count);
            run.spoiled("tcp", tcp, null, modern, trial.random("tcp"), count);
            run.spoiled("websocket", webSocket, null, modern, trial.random("websocket"), count);
            run.spoiled("sse", sse, null, modern, trial.random("sse"), count);
            run.spoiled("http", legacy, modern, modern, trial.random("http"), count);
            RawFrames raw = new RawFrames(node.mcp(), patience, trial.random("raw"), findings);
            for (int left = count; left > 0; left -= BATCH) {
                raw.send(Math.min(left, BATCH));
                findings.check(modern.isServing(), "a valid call failed after raw frames");
            }
            if (trial.corpus() != null) {
                Corpus corpus = Corpus.read(trial.corpus());
                run.corpus("stdio", stdio, corpus.asLines());
                run.corpus("tcp", tcp, corpus.asLines());
                run.corpus("websocket", webSocket, corpus.asLines());
                run.corpus("sse", sse, corpus.asLines());
                modern.headersOf(Corpus.CALL);
                run.corpus("http", modern, corpus.asBodies());
                findings.check(modern.isServing(), "a valid call failed after the corpus");
            }
            findings.check(node.isAlive(), "the node ended:\n" + node.lastLines());
            stdio.close();
            Integer code = node.exitCode(EXIT_LIMIT);
            findings.check(
                    code != null && code == 0,
                    "the node ended with " + code + " at the end of its input");
        }
    }

    /** The parts of one run that do not change. */
    private record Run(
            NodeProcess node,
            FrameJudge judge,
            AnswerCheck check,
            Findings findings,
            boolean losesAnswers) {

        /**
         * Sends spoiled messages; with two peers one takes the legacy ones and the other the modern
         * ones.
         */
        void spoiled(
                String transport,
                FramePeer peer,
                @Nullable HttpPeer modern,
                HttpPeer health,
                Random random,
                int count)
                throws InterruptedException {
            FrameMaker maker = new FrameMaker(random);
            for (int i = 1; i <= count; i++) {
                boolean isModern = random.nextBoolean();
                List<JsonObject> messages = isModern ? MODERN : LEGACY;
                JsonObject message = messages.get(random.nextInt(messages.size()));
                Frame frame = maker.spoil(message);
                if (modern != null) {
                    modern.headersOf(message);
                }
                boolean isLine = !transport.equals("http");
                one(
                        transport,
                        modern != null && isModern ? modern : peer,
                        isLine ? asLine(frame) : frame);
                if (i % BATCH == 0 || i == count) {
                    findings.check(
                            health.isServing(),
                            "a valid call failed after " + i + " frames over " + transport);
                    if (!node.isAlive()) {
                        findings.fail("the node ended after " + i + " frames over " + transport);
                        return;
                    }
                }
            }
        }

        private static Frame asLine(Frame frame) {
            byte[] line = frame.bytes().clone();
            for (int i = 0; i < line.length; i++) {
                line[i] = line[i] == '\n' || line[i] == '\r' ? (byte) ' ' : line[i];
            }
            // an empty line is no message at all, so nobody answers it
            return new Frame(
                    frame.how(), line.length == 0 ? new byte[] {' '} : line, frame.mustFail());
        }

        private void one(String transport, FramePeer peer, Frame frame)
                throws InterruptedException {
            FrameJudge.Verdict verdict = judge.judge(frame.bytes());
            long sent = count(transport, verdict);
            if (losesAnswers && findings.failed() > MAX_LOST) {
                return;
            }
            try {
                boolean isLost = losesAnswers && sent % 20 == 0;
                FramePeer.Reply reply =
                        isLost ? new FramePeer.Reply(null, null) : peer.exchange(frame, verdict);
                String problem =
                        reply.problem() != null
                                ? reply.problem()
                                : check.problem(frame, verdict, reply.message());
                if (problem != null) {
                    findings.fail(
                            transport
                                    + ": "
                                    + problem
                                    + ", judged "
                                    + verdict
                                    + "; "
                                    + frame.shown()
                                    + "; answer "
                                    + reply.message());
                }
            } catch (IOException e) {
                findings.fail(transport + ": " + e.getMessage() + "; " + frame.shown());
            }
        }

        private long count(String transport, FrameJudge.Verdict verdict) {
            findings.count(transport + "_frames", 1);
            switch (verdict.kind()) {
                case UNREADABLE -> findings.count(transport + "_unreadable", 1);
                case NOT_A_MESSAGE -> findings.count(transport + "_no_message", 1);
                case SILENT, REQUEST, OPEN -> findings.count(transport + "_still_messages", 1);
            }
            return findings.figures().getOrDefault(transport + "_frames", 0L);
        }

        void corpus(String transport, FramePeer peer, List<Corpus.Case> cases)
                throws InterruptedException {
            for (Corpus.Case item : cases) {
                one(transport + "_corpus", peer, item.frame());
                String doubt = item.doubt(judge);
                if (doubt != null) {
                    findings.fail(doubt);
                }
            }
        }
    }
}
