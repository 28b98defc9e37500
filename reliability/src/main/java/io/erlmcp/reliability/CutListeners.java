package io.erlmcp.reliability;

import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The part of R11 with the streams of sessions: each subscribes to a template, hears of one
 * resource after the other, loses its stream at random bytes and resumes it, while another session
 * goes on with the changes.
 */
final class CutListeners {
    private static final int AT_ONCE = 4;
    private static final String BEGIN = "test://cut/";

    private final Trial trial;
    private final URI server;
    private final Findings findings;

    CutListeners(Trial trial, URI server, Findings findings) {
        this.trial = trial;
        this.server = server;
        this.findings = findings;
    }

    void run(int listeners) throws InterruptedException {
        for (int done = 0; done < listeners; done += AT_ONCE) {
            List<Thread> threads = new ArrayList<>();
            for (int i = done; i < Math.min(listeners, done + AT_ONCE); i++) {
                String name = "listener-" + i;
                threads.add(Threads.startVirtual(name, () -> listen(name)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private void listen(String name) {
        try {
            String[] session = CutStreams.session(server);
            subscribe(session, BEGIN + name + "/{number}");
            ResumingReader reader =
                    CutStreams.planted(trial, new ResumingReader(session, CutStreams.PATIENCE));
            reader.until(CutStreams.EVENTS);
            // the stream is open, and cut behind its first id, before anything is told
            ResumingReader.Ending first = reader.listen(server);
            Thread changes = Threads.startVirtual(name + " changes", () -> change(name));
            Random random = trial.random(name);
            long share = (long) CutStreams.EVENTS * 150 / CutStreams.CUTS;
            int cuts = CutStreams.resume(reader, first, server, share, random, findings);
            changes.join();
            findings.count("cuts", cuts);
            findings.count("cuts_of_listeners", cuts);
            findings.count("events_of_listeners", reader.messages().size());
            findings.check(reader.repeated() == 0, reader.repeated() + " events came twice");
            checkOrder(name, reader.messages());
        } catch (IOException | ResumingReader.Refused e) {
            findings.fail(name + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void subscribe(String[] session, String template) throws IOException {
        try (RawHttp connection = new RawHttp(server, CutStreams.PATIENCE)) {
            JsonObject params = JsonObject.of("uri", template);
            connection.post(Rpc.bytes(Rpc.legacy(1, "resources/subscribe", params)), session);
            RawHttp.Answer answer = connection.answer();
            if (answer.status() != 200 || answer.text().contains("\"error\"")) {
                throw new IOException("no subscription: " + answer.text());
            }
        }
    }

    private void change(String name) {
        try (GoodClient client = GoodClient.open(Way.HTTP, server, CutStreams.PATIENCE)) {
            for (int i = 1; i <= CutStreams.EVENTS; i++) {
                client.call("touch", JsonObject.of("uri", BEGIN + name + "/" + i));
            }
        } catch (IOException e) {
            findings.fail("the changes for " + name + ": " + e);
        }
    }

    private void checkOrder(String name, List<JsonObject> messages) {
        for (int i = 0; i < messages.size(); i++) {
            String uri = messages.get(i).requireObject("params").requireString("uri");
            if (!uri.equals(BEGIN + name + "/" + (i + 1))) {
                findings.fail(name + " was told of " + uri + " at place " + (i + 1));
                return;
            }
        }
        findings.check(
                messages.size() == CutStreams.EVENTS,
                name + " was told of " + messages.size() + " changes, not " + CutStreams.EVENTS);
    }
}
