package io.erlmcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Requirement("R20")
@EnabledOnOs(OS.LINUX)
class HttpDescriptorsTest {
    private static Process child(boolean preferNative) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String script =
                "ulimit -n 150; exec \"$0\" --enable-native-access=ALL-UNNAMED -cp \"$1\" "
                        + FewDescriptors.class.getName()
                        + " "
                        + preferNative;
        return new ProcessBuilder("sh", "-c", script, java, System.getProperty("java.class.path"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutDescriptorsTheServerPausesAndTheConnectionsItHasGoOn(boolean preferNative)
            throws Exception {
        Process process = child(preferNative);
        List<RawClient> crowd = new ArrayList<>();
        try (var out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int port = Integer.parseInt(out.readLine());
            try (var first = new RawClient(port)) {
                first.send(TestServer.post("/echo", "before"));
                assertThat(first.answer().text()).isEqualTo("before");
                long start = System.nanoTime(); // the first pauses may be over before the loop
                for (int i = 0; i < 200; i++) {
                    crowd.add(new RawClient(port));
                }
                for (int i = 0; i < 3; i++) {
                    assertThat(out.readLine()).isEqualTo("paused");
                }
                assertThat(System.nanoTime() - start)
                        .as("three pauses, of a second each")
                        .isGreaterThan(1_000_000_000L);
                first.send(TestServer.post("/echo", "during"));
                assertThat(first.answer().text()).isEqualTo("during");
                for (RawClient client : crowd) {
                    client.close();
                }
                try (var next = new RawClient(port)) {
                    next.send(TestServer.post("/echo", "after"));
                    assertThat(next.answer().text()).isEqualTo("after");
                }
            }
        } finally {
            process.getOutputStream().close();
            process.destroy();
            assertThat(process.waitFor()).isNotNegative();
        }
    }
}
