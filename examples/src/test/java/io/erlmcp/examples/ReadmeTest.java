package io.erlmcp.examples;

import static io.erlmcp.testkit.ClientAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.client.McpClient;
import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.json.JsonObject;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ChildProcessConfig;
import io.erlmcp.transport.ChildProcessTransport;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs what the README shows, and checks what it promises in words. */
class ReadmeTest {
    private static final Path ROOT = root();
    private static final String CLASS_PATH = System.getProperty("java.class.path");
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("public class (\\w+)");
    private static final Pattern HTTP_LINE = Pattern.compile("`(HttpServer\\.start\\([^`]*;)`");

    @TempDir static Path folder;
    private static String readme = "";

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("README.md")) ? here : here.getParent();
    }

    @BeforeAll
    static void compileTheBlocks() throws IOException {
        readme = Files.readString(ROOT.resolve("README.md"));
        Map<String, String> sources = new TreeMap<>();
        BLOCK.matcher(readme)
                .results()
                .map(block -> block.group(1))
                .forEach(source -> sources.put(nameOf(source), source));
        assertThat(sources).containsOnlyKeys("FirstServer", "FirstClient");
        compile(sources);
    }

    private static String nameOf(String source) {
        var name = CLASS.matcher(source);
        assertThat(name.find()).as("a public class in\n%s", source).isTrue();
        return name.group(1);
    }

    private static void compile(Map<String, String> sources) throws IOException {
        for (var source : sources.entrySet()) {
            Files.writeString(folder.resolve(source.getKey() + ".java"), source.getValue());
        }
        String[] options = {"-parameters", "-d", folder.toString(), "-cp", CLASS_PATH};
        List<String> files =
                sources.keySet().stream()
                        .map(it -> folder.resolve(it + ".java").toString())
                        .toList();
        var arguments = new ArrayList<>(List.of(options));
        arguments.addAll(files);
        var errors = new ByteArrayOutputStream();
        int code =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, errors, errors, arguments.toArray(String[]::new));
        assertThat(code).as(errors.toString(StandardCharsets.UTF_8)).isZero();
    }

    private static List<String> java(String... arguments) {
        var command =
                new ArrayList<>(
                        List.of(
                                ProcessHandle.current().info().command().orElse("java"),
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                folder + File.pathSeparator + CLASS_PATH));
        command.addAll(List.of(arguments));
        return command;
    }

    @Test
    void theFirstServerIsShort() {
        String server = blockOf("FirstServer");
        long lines = server.lines().filter(it -> !it.startsWith("import") && !it.isBlank()).count();
        assertThat(lines).isLessThanOrEqualTo(20);
    }

    private static String blockOf(String name) {
        return BLOCK.matcher(readme)
                .results()
                .map(block -> block.group(1))
                .filter(source -> nameOf(source).equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Requirement("transport.stdio")
    void theFirstServerGreetsOverStdio() {
        ChildProcessTransport child =
                new ChildProcessTransport(ChildProcessConfig.of(java("FirstServer")));
        try (McpClient client =
                McpClient.builder(child).timeout(Duration.ofSeconds(30)).connect()) {
            assertThat(client).hasTools("greet");
            assertThat(client)
                    .whenCalling("greet", JsonObject.of("name", "Ada"))
                    .succeeds()
                    .hasStructured(Map.of("text", "Hello, Ada!", "letters", 3))
                    .reportedProgress(1.0);
        }
    }

    @Test
    @Requirement("transport.http")
    void theFirstClientPrintsWhatAServerOverHttpAnswers() throws Exception {
        URL[] path = {folder.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(path);
                McpServer server =
                        McpServer.builder("first", "1.0")
                                .annotated(
                                        loader.loadClass("FirstServer")
                                                .getConstructor()
                                                .newInstance())
                                .build()) {
            HttpServer http =
                    HttpServer.start(
                            HttpServerConfig.defaults().withPort(0),
                            List.of(new HttpRoute("/mcp", server.endpoint()::handle)));
            try {
                String printed =
                        run(java("FirstClient", "http://127.0.0.1:" + http.port() + "/mcp"));
                assertThat(printed).startsWith("greet").contains("Hello, Ada!");
            } finally {
                http.close(Duration.ofSeconds(5));
            }
        }
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Path printed = folder.resolve("printed.txt");
        Path errors = folder.resolve("errors.txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(printed.toFile())
                        .redirectError(errors.toFile())
                        .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ended", command).isTrue();
            assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
            return Files.readString(printed);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void theLineForHttpCompiles() throws IOException {
        var line = HTTP_LINE.matcher(readme);
        assertThat(line.find()).as("a line that starts an HttpServer").isTrue();
        String source =
                """
                import io.erlmcp.http.*;
                import io.erlmcp.server.*;
                import java.util.List;
                class OverHttp {
                    void run(McpServer server) {
                        %s
                    }
                }
                """
                        .formatted(line.group(1));
        compile(Map.of("OverHttp", source));
    }

    @Test
    void theTwoCommandsAreTheseAndExist() throws IOException {
        String commands = readme.substring(readme.indexOf("## Two commands"));
        String block = commands.substring(commands.indexOf("```sh"), commands.indexOf("```\n"));
        assertThat(block.lines().skip(1).map(line -> line.replaceFirst("\\s+#.*", "")))
                .containsExactly("./erlmcp serve", "mvn -B verify");
        assertThat(ROOT.resolve("erlmcp")).isExecutable();
        assertThat(Files.readString(ROOT.resolve(".ci/run"))).contains("mvn -B verify");
    }
}
