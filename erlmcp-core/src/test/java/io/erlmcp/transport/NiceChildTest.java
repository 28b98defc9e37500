package io.erlmcp.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Children that let others go first, as the kernel says of them. */
@Requirement("upstream.isolated")
class NiceChildTest {
    private static final int NICE = 7;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Needs no other program, so that it runs on any path. */
    private static final String SAY_WHO = "echo $$; read -r line";

    private static final class Lines implements ClientReceiver {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        @Override
        public boolean message(byte[] message, @Nullable RequestId of) {
            return lines.add(new String(message, StandardCharsets.UTF_8));
        }

        @Override
        public void failed(RequestId id, TransportException failure) {}

        @Override
        public void closed(TransportException failure) {
            lines.add(String.valueOf(failure.getMessage()));
        }

        @Override
        public void sessionLost(TransportException failure) {}

        @Override
        public void observed(Event event) {}
    }

    private static ChildProcessConfig sh(String script, int nice) {
        return ChildProcessConfig.of("/bin/sh", "-c", script).withContainment().withNice(nice);
    }

    /** The first line that the child says. */
    private static String open(ChildProcessTransport transport) throws InterruptedException {
        Lines lines = new Lines();
        transport.open(lines);
        return lines.lines.take();
    }

    /** The 19th word about a process, 17 behind the name in brackets. */
    private static int niceOf(String pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", pid, "stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]);
    }

    private static String session(String pid) throws IOException {
        Path file = Path.of("/proc", pid, "autogroup");
        return Files.exists(file) ? Files.readString(file).strip() : "";
    }

    private static int own() throws IOException {
        return niceOf(String.valueOf(ProcessHandle.current().pid()));
    }

    private static int nicerBy(int nice) throws IOException {
        return Math.min(ChildProcessConfig.MAX_NICE, own() + nice);
    }

    @Test
    void aChildAndWhatItStartsAreNiceFromTheirFirstLine() throws Exception {
        String script = "read -r it </proc/$$/stat; sleep 1006 & echo \"$! $it\"; wait";
        try (var transport = new ChildProcessTransport(sh(script, NICE))) {
            String[] words = open(transport).split(" ", 2);

            assertThat(words[1].substring(words[1].lastIndexOf(')') + 2).split(" ")[16])
                    .isEqualTo(String.valueOf(nicerBy(NICE)));
            assertThat(niceOf(words[0])).isEqualTo(nicerBy(NICE));
        }
    }

    @Test
    void itsSessionIsNiceWhereTheKernelDividesTheProcessorBySession() throws Exception {
        try (var transport = new ChildProcessTransport(sh(SAY_WHO, NICE))) {
            isNice(open(transport));
        }
    }

    /**
     * Where the kernel does not divide by session there is no file, and the child is nice alone.
     */
    private static void isNice(String pid) throws IOException {
        if (session("self").isEmpty()) {
            assertThat(niceOf(pid)).isEqualTo(nicerBy(NICE));
        } else {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(session(pid)).endsWith(" nice " + NICE));
        }
    }

    @Test
    void aSessionAloneIsNiceFromItsFirstLineAndCanHaveItsTurnBackWithoutRights() throws Exception {
        String first = "read -r it </proc/$$/autogroup; echo $$ $it; read -r line";
        ChildProcessConfig config = sh(first, 0).withSessionNice(19);
        try (var transport = new ChildProcessTransport(config)) {
            String[] words = open(transport).split(" ", 2);
            String pid = words[0];
            assertThat(niceOf(pid)).isEqualTo(own());
            boolean hasRights = succeeds("nice", "-n", "-1", "true");
            if (!session("self").isEmpty() && hasRights) {
                assertThat(words[1]).endsWith(" nice 19");
            }
            if (words[1].endsWith(" nice 19")) {
                String back = "echo 0 >/proc/" + pid + "/autogroup";
                await().atMost(PATIENCE).until(() -> succeeds(withoutRights("sh", "-c", back)));
                assertThat(session(pid)).endsWith(" nice 0");
            }
            assertThat(session("self")).doesNotContain(" nice 19");
        }
    }

    @Test
    void withoutNicenessTheChildIsAsItsParentIs() throws Exception {
        try (var transport = new ChildProcessTransport(sh(SAY_WHO, 0))) {
            String pid = open(transport);

            assertThat(niceOf(pid)).isEqualTo(own());
            assertThat(session(pid)).doesNotContain(" nice " + NICE);
        }
    }

    @Test
    void aPathThatLeadsToNothingTakesNoNicenessAway() throws Exception {
        ChildProcessConfig config =
                sh(SAY_WHO, NICE)
                        .withInherited(Set.of())
                        .withEnvironment(Map.of("PATH", "/nowhere"));
        try (var transport = new ChildProcessTransport(config)) {
            assertThat(niceOf(open(transport))).isEqualTo(nicerBy(NICE));
        }
    }

    @Test
    void nineteenIsTaken() throws Exception {
        try (var transport = new ChildProcessTransport(sh(SAY_WHO, 19))) {
            assertThat(niceOf(open(transport))).isEqualTo(nicerBy(19));
        }
    }

    @Test
    void twentyAndLessThanNothingAreRefusedAndSoIsAChildThatIsNotContained() {
        assertThatThrownBy(() -> sh(SAY_WHO, 20))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nice must be 0 to 19, and is 20");
        assertThatThrownBy(() -> sh(SAY_WHO, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nice must be 0 to 19, and is -1");
        assertThatThrownBy(() -> ChildProcessConfig.of("x").withNice(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nice needs a contained child, and is 1");
        assertThatThrownBy(() -> sh(SAY_WHO, 0).withSessionNice(20))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sessionNice must be 0 to 19, and is 20");
        assertThatThrownBy(() -> sh(SAY_WHO, 0).withSessionNice(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sessionNice must be 0 to 19, and is -1");
        assertThatThrownBy(() -> ChildProcessConfig.of("x").withSessionNice(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sessionNice needs a contained child, and is 1");
    }

    @Test
    void aProgramThatDoesNotExistEndsWithTheCodeThatSaysSo() throws Exception {
        var config =
                ChildProcessConfig.of("/nowhere/to/be/found")
                        .withStopGrace(Duration.ofSeconds(10)) // for its exit code
                        .withContainment()
                        .withNice(NICE);
        try (var transport = new ChildProcessTransport(config)) {
            assertThat(open(transport)).contains("exit code 127");
        }
    }

    /**
     * The kernel takes one such wish in 100 ms from a process that has no rights beyond its own.
     */
    @Test
    void manyThatStartAtOnceWithoutRightsAllHaveNiceSessions() throws Exception {
        List<String> pids = new ArrayList<>();
        Process host = host(4, withoutRights());
        try (BufferedReader out = reader(host)) {
            pids.addAll(Arrays.asList(out.readLine().split(" ")));
            assertThat(pids).hasSize(4);
            for (String pid : pids) {
                isNice(pid);
            }
        } finally {
            host.destroyForcibly().waitFor();
        }
    }

    @Test
    void aChildStartsWhereItsSessionCannotBeMadeNice() throws Exception {
        String close = "mount --rbind /proc /proc && mount -o remount,bind,ro /proc";
        String how = succeeds("unshare", "-rm", "sh", "-c", close) ? "-rm" : "-m";
        assumeThat(succeeds("unshare", how, "sh", "-c", close)).isTrue();
        Process host = host(1, "unshare", how, "sh", "-c", close + " && exec \"$@\"", "sh");
        try (BufferedReader out = reader(host)) {
            String pid = out.readLine();
            assertThat(niceOf(pid)).isEqualTo(nicerBy(NICE));
            assertThat(session(pid)).doesNotContain(" nice " + NICE);
        } finally {
            host.destroyForcibly().waitFor();
        }
    }

    /** Where rights cannot be dropped this way, all have theirs, which is the easier case. */
    private static String[] withoutRights(String... command) throws Exception {
        List<String> all = new ArrayList<>();
        if (succeeds("unshare", "-r", "true")) {
            all.addAll(List.of("unshare", "-r"));
        }
        all.addAll(List.of(command));
        return all.toArray(String[]::new);
    }

    private static boolean succeeds(String... command) throws Exception {
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }

    private static Process host(int children, String... under) throws IOException {
        List<String> command = new ArrayList<>(Arrays.asList(under));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Host.class.getName(), String.valueOf(children)));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** A process with so many nice children, whose numbers it says. */
    static final class Host {
        private Host() {}

        public static void main(String[] args) throws Exception {
            List<ChildProcessTransport> children = new ArrayList<>();
            List<Lines> said = new ArrayList<>();
            for (int i = 0; i < Integer.parseInt(args[0]); i++) {
                ChildProcessTransport child = new ChildProcessTransport(sh(SAY_WHO, NICE));
                Lines lines = new Lines();
                child.open(lines);
                children.add(child);
                said.add(lines);
            }
            List<String> pids = new ArrayList<>();
            for (Lines lines : said) {
                pids.add(lines.lines.take());
            }
            try (var out = new FileOutputStream(FileDescriptor.out)) {
                out.write((String.join(" ", pids) + '\n').getBytes(StandardCharsets.UTF_8));
            }
            Thread.currentThread().join();
            children.forEach(ChildProcessTransport::close);
        }
    }
}
