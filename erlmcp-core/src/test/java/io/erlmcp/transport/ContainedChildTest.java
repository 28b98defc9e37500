package io.erlmcp.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.observability.Event;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.testing.Requirement;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Children that leave nothing behind. Processes are told by a word in their command line. */
@Requirement("upstream.orphans")
class ContainedChildTest {
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<TransportException> closed = new CopyOnWriteArrayList<>();
    private final ClientReceiver receiver =
            new ClientReceiver() {
                @Override
                public boolean message(byte[] message, @Nullable RequestId of) {
                    messages.add(new String(message, StandardCharsets.UTF_8));
                    return false;
                }

                @Override
                public void failed(RequestId id, TransportException failure) {}

                @Override
                public void closed(TransportException failure) {
                    closed.add(failure);
                }

                @Override
                public void sessionLost(TransportException failure) {
                    closed.add(failure);
                }

                @Override
                public void observed(Event event) {}
            };

    private static ChildProcessConfig sh(String script) {
        return ChildProcessConfig.of("sh", "-c", script)
                .withStopGrace(Duration.ofMillis(500))
                .withContainment();
    }

    /** Waits for the exit code of a child that has closed its output. */
    private static ChildProcessConfig patient(ChildProcessConfig child) {
        return child.withStopGrace(Duration.ofSeconds(10));
    }

    private void awaitLine(String line) {
        await().until(() -> messages.contains(line));
    }

    private static boolean isAlive(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
    }

    private List<String> pids() {
        await().until(() -> !messages.isEmpty());
        return List.of(messages.getFirst().split(" "));
    }

    @Test
    void messagesAndExitCodesPassAsWithoutContainment() {
        var config = patient(sh("read line; echo \"$line\"; exit 3"));
        try (var transport = new ChildProcessTransport(config)) {
            transport.open(receiver);
            transport.send(new OutgoingMessage(null, "test", "{}".getBytes(), List.of()));

            awaitLine("{}");
            await().until(() -> closed.size() == 1);
            assertThat(closed.getFirst()).hasMessageContaining("exit code 3");
        }
    }

    @Test
    void grandchildrenEndWithAChildThatDiesAlthoughTheyHoldItsOutput() {
        String script = "sleep 1001 & echo $$ $!; wait";
        try (var transport = new ChildProcessTransport(sh(script))) {
            transport.open(receiver);
            List<String> pids = pids();
            assertThat(pids).allMatch(ContainedChildTest::isAlive);

            ProcessHandle.of(Long.parseLong(pids.getFirst())).orElseThrow().destroyForcibly();

            await().until(() -> closed.size() == 1);
            await().until(() -> pids.stream().noneMatch(ContainedChildTest::isAlive));
        }
    }

    @Test
    void closingEndsGrandchildrenTooEvenThoseThatLeftTheGroup() {
        String script = "sleep 1002 & a=$!; setsid sleep 1003 & echo $$ $a $!; cat >/dev/null";
        var transport = new ChildProcessTransport(sh(script));
        transport.open(receiver);
        List<String> pids = pids();
        assertThat(pids).hasSize(3).allMatch(ContainedChildTest::isAlive);

        transport.close();

        await().until(() -> pids.stream().noneMatch(ContainedChildTest::isAlive));
    }

    @Test
    void theWholeGroupIsAskedToTerminateBeforeItIsKilled() {
        List<String> errors = new CopyOnWriteArrayList<>();
        String script =
                "sh -c 'trap \"echo grandchild >&2; exit\" TERM; echo up; while :; do sleep 0.05;"
                        + " done' & trap 'echo child >&2; wait; exit' TERM; while :; do sleep 0.05;"
                        + " done";
        var transport =
                new ChildProcessTransport(
                        sh(script)
                                .withStopGrace(Duration.ofSeconds(3))
                                .withErrorLines(errors::add));
        transport.open(receiver);
        awaitLine("up");

        transport.close();

        assertThat(errors).contains("child", "grandchild");
    }

    @Test
    void nothingIsLeftWhenThisProcessIsKilled() throws Exception {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Host.class.getName());
        Process host = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> pids = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(host.getInputStream(), StandardCharsets.UTF_8))) {
            pids.addAll(List.of(out.readLine().split(" ")));
            assertThat(pids).hasSize(2).allMatch(ContainedChildTest::isAlive);
        } finally {
            host.destroyForcibly().waitFor();
        }

        await().until(() -> pids.stream().noneMatch(ContainedChildTest::isAlive));
    }

    /** A process that runs a contained child which ignores the end of its input. */
    static final class Host {
        private Host() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            ContainedChildTest test = new ContainedChildTest();
            var transport =
                    new ChildProcessTransport(
                            sh(
                                    "trap '' HUP TERM; sleep 1004 & echo $$ $!; while :; do sleep"
                                            + " 0.1; done"));
            transport.open(test.receiver);
            try (var out = new FileOutputStream(FileDescriptor.out)) {
                out.write((String.join(" ", test.pids()) + '\n').getBytes());
            }
            Thread.currentThread().join();
        }
    }

    @Test
    @Requirement("security.client")
    void onlyTheVariablesThatAreAllowedAreInherited() {
        assertThat(System.getenv()).containsKeys("PATH", "HOME");
        ChildProcessConfig config =
                sh("echo \"[$HOME][$GREETING]\"; test -n \"$PATH\" && echo path; cat")
                        .withInherited(Set.of("PATH"))
                        .withEnvironment(Map.of("GREETING", "hello"));
        try (var transport = new ChildProcessTransport(config)) {
            transport.open(receiver);
            awaitLine("[][hello]");
            awaitLine("path");
        }
    }

    @Test
    void aProgramThatDoesNotExistEndsWithACodeThatSaysSo() {
        var config = patient(ChildProcessConfig.of("/nowhere/to/be/found").withContainment());
        try (var transport = new ChildProcessTransport(config)) {
            transport.open(receiver);
            await().until(() -> closed.size() == 1);
            assertThat(closed.getFirst()).hasMessageContaining("exit code 127");
        }
    }
}
