package io.erlmcp.bench;

import io.erlmcp.protocol.Era;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What one connection does again and again: one request, or two for a new session. One thread. */
final class HttpOperation {
    private static final byte[] NOTHING = {};

    /** Shared by the operations of one run. */
    record Run(
            BenchPlan plan,
            BenchTarget.Http target,
            Messages messages,
            SplittableRandom random,
            AnswerCheck check,
            AnswerCheck sessionCheck) {
        static Run of(BenchPlan plan, BenchTarget.Http target, SplittableRandom random) {
            return new Run(
                    plan,
                    target,
                    new Messages(plan),
                    random,
                    new AnswerCheck(plan.workload()),
                    new AnswerCheck(Workload.INITIALIZE));
        }
    }

    private final Run run;
    private final int slot;
    private final RequestBytes initialize;
    private RequestBytes request;
    private boolean isSessionOpening;
    private boolean isSessionNamed;
    private long count;
    private @Nullable String session;

    HttpOperation(Run run, int slot) {
        this.run = run;
        this.slot = slot;
        this.initialize = new RequestBytes(http(run.messages().initialize(), null));
        this.request = initialize;
    }

    private String http(String message, @Nullable String inSession) {
        return run.messages().http(run.target(), message, inSession);
    }

    /** True when a session has to be opened before the first request of the workload. */
    boolean needsSession() {
        return run.plan().era() == Era.LEGACY && run.plan().workload() != Workload.INITIALIZE;
    }

    /** The first request for a session. */
    byte[] openSession() {
        isSessionOpening = true;
        isSessionNamed = false;
        request = initialize;
        return renewed();
    }

    /** The first request of the workload; a session is open where one is needed. */
    byte[] begin() {
        if (run.plan().workload() == Workload.INITIALIZE) {
            return openSession();
        }
        if (request == initialize) {
            request = new RequestBytes(http(run.messages().request(slot), session));
        }
        return renewed();
    }

    /** What opens a stream; a session is open where one is needed. */
    byte[] stream() {
        if (run.plan().era() == Era.LEGACY) {
            return run.messages().stream(run.target(), session).getBytes(StandardCharsets.UTF_8);
        }
        request = new RequestBytes(http(run.messages().request(slot), null));
        return renewed();
    }

    /** The request that went out last. */
    RequestBytes request() {
        return request;
    }

    private byte[] renewed() {
        long slots = run.plan().concurrency();
        request.renew(RequestBytes.FIRST_ID + count++ * slots + slot, run.random());
        return request.bytes();
    }

    /**
     * The verdict on the operation, or what has to be sent next to finish it: {@link #next}.
     *
     * @return null when the operation goes on
     */
    @Nullable Verdict answered(HttpAnswer answer) {
        if (isSessionOpening && isSessionNamed) {
            isSessionOpening = false;
            return answer.status() == 202 ? Verdict.RIGHT : refused(answer);
        }
        if (answer.status() != 200) {
            return refused(answer);
        }
        AnswerCheck which = isSessionOpening ? run.sessionCheck() : run.check();
        Verdict verdict =
                which.check(
                        answer.bodyBytes(),
                        answer.bodyFrom(),
                        answer.bodyTo(),
                        answer.isEventStream(),
                        request,
                        slot);
        if (isSessionOpening && verdict instanceof Verdict.Right) {
            session = answer.session();
            isSessionNamed = true;
            return null;
        }
        return verdict;
    }

    /** What follows an answer without a verdict. */
    byte[] next() {
        return isSessionNamed
                ? http(Messages.initialized(), session).getBytes(StandardCharsets.UTF_8)
                : NOTHING;
    }

    private static Verdict refused(HttpAnswer answer) {
        return new Verdict.Refused("HTTP " + answer.status());
    }
}
