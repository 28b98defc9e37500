package io.erlmcp.examples;

import static io.erlmcp.testkit.ClientAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.Call;
import io.erlmcp.client.CallOptions;
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.examples.LibraryServer.Book;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.CompletionRef;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.PromptMessage;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.InMemoryTransport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExamplesTest {
    private static final List<String> JAVA =
            List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    "-cp",
                    System.getProperty("java.class.path"));

    @Test
    @Requirement("transport.stdio")
    void theFirstClientStartsTheFirstServer() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        List<String> command =
                List.of(JAVA.get(0), JAVA.get(1), JAVA.get(2), HelloServer.class.getName());
        HelloClient.run(
                HelloClient.transportTo(command),
                new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("greet: Greets somebody", "Hello, Ada!");
    }

    @ParameterizedTest
    @EnumSource(
            value = EraChoice.class,
            names = {"LEGACY", "MODERN"})
    @Requirement({"transport.http", "proto.resources"})
    void theLibraryLendsOverHttp(EraChoice era) {
        List<String> updated = new CopyOnWriteArrayList<>();
        try (LibraryServer library = LibraryServer.start(0);
                McpClient client =
                        McpClient.builder(StreamableHttpClientTransport.to(library.url()))
                                .era(era)
                                .onResourceUpdated(updated::add)
                                .connect()) {
            assertThat(client)
                    .hasTools("search", "add")
                    .hasPrompts("review")
                    .hasResources("library://catalogue")
                    .hasResourceTemplates("library://books/{id}");
            assertThat(client)
                    .whenCalling("search", Map.of("part", "mm"))
                    .hasTextContaining("Jane Austen");
            client.subscribe("library://catalogue");
            Map<String, Object> mort =
                    Map.of("id", "mort", "book", new Book("Mort", "Terry Pratchett", 1987));
            assertThat(client).whenCalling("add", mort).hasText("Added Mort");
            await().until(() -> updated.contains("library://catalogue"));
            assertThat(client).whenReading("library://catalogue").hasText("emma\nmort\nulysses");
            assertThat(client)
                    .whenReading("library://books/mort")
                    .hasText("Mort, by Terry Pratchett (1987)");
            assertThat(client).whenCalling("add", mort).isToolError().hasTextContaining("mort");
            assertThat(client)
                    .whenGettingPrompt("review", Map.of("id", "emma"))
                    .hasMessages(
                            PromptMessage.user("Write a review of the book library://books/emma"));
            assertThat(client.complete(new CompletionRef.PromptRef("review"), "id", "m").values())
                    .containsExactly("mort");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = EraChoice.class,
            names = {"LEGACY", "MODERN"})
    @Requirement("proto.elicitation")
    void theBookingAsksTwiceAndHoldsOneTable(EraChoice era) {
        AtomicInteger asked = new AtomicInteger();
        try (McpServer server = TableBooking.build();
                McpClient client =
                        McpClient.builder(InMemoryTransport.to(server.endpoint()))
                                .era(era)
                                .onElicit(
                                        form -> {
                                            asked.incrementAndGet();
                                            return answer(form);
                                        })
                                .connect()) {
            assertThat(client)
                    .whenCalling("book", Map.of("day", "Monday"))
                    .hasText("Table 1, Monday, 4 guests");
            assertThat(asked).hasValue(2);
            assertThat(client)
                    .whenCalling("book", Map.of("day", "Friday"))
                    .hasText("Table 2, Friday, 4 guests");
        }
    }

    private static ElicitResult answer(ElicitForm form) {
        return ElicitResult.accept(
                form.message().startsWith("How many")
                        ? JsonObject.of("guests", 4)
                        : JsonObject.of("sure", true));
    }

    @Test
    void aUserWhoDeclinesBooksNothing() {
        try (McpServer server = TableBooking.build();
                McpClient client =
                        McpClient.builder(InMemoryTransport.to(server.endpoint()))
                                .onElicit(form -> ElicitResult.decline())
                                .connect()) {
            assertThat(client)
                    .whenCalling("book", Map.of("day", "Monday"))
                    .isToolError()
                    .hasText("The user did not answer");
        }
    }

    @Test
    void theSearchReportsProgress() {
        try (McpServer server = PrimeSearch.build();
                McpClient client =
                        McpClient.builder(InMemoryTransport.to(server.endpoint())).connect()) {
            assertThat(client)
                    .whenCalling("count", Map.of("below", 100))
                    .hasText("25")
                    .reportedProgress(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0);
        }
    }

    @Test
    @Requirement("proto.roots-logging")
    void theSearchStopsWhenItsCallIsCancelled() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CallOptions patient =
                CallOptions.NONE
                        .withTimeout(Duration.ofMinutes(1))
                        .withProgress(step -> started.countDown());
        try (McpServer server = PrimeSearch.build();
                McpClient client =
                        McpClient.builder(InMemoryTransport.to(server.endpoint())).connect()) {
            Call<CallToolResult> call =
                    client.start("count", JsonObject.of("below", Integer.MAX_VALUE / 100), patient);
            assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
            call.cancel();
            assertThatThrownBy(call::await).isInstanceOf(CancellationException.class);
            await().atMost(Duration.ofSeconds(30)).until(() -> server.inFlight() == 0);
        }
    }
}
