package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.Task;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.InMemoryTransport;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that run as tasks, between our client and our server, in each era. */
@Requirement("proto.tasks")
class ToolTasksTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final TaskServer tools = new TaskServer();
    private final CountDownLatch release = tools.release;
    private final AtomicInteger asked = new AtomicInteger();
    private final McpServer server = tools.server();

    @AfterEach
    void close() {
        release.countDown();
        server.close();
    }

    private McpClient client(EraChoice era) {
        return McpClient.builder(InMemoryTransport.to(server.endpoint()))
                .era(era)
                .tasks()
                .onElicit(
                        form -> {
                            asked.incrementAndGet();
                            return ElicitResult.accept(JsonObject.of("name", "Ada"));
                        })
                .connect();
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().getFirst()).text();
    }

    @ParameterizedTest
    @EnumSource(EraChoice.class)
    void aTaskOutlivesItsRequestAndItsClient(EraChoice era) {
        String id;
        try (McpClient client = client(era)) {
            ToolTask task = client.tasks().start("work", JsonObject.EMPTY);
            assertThat(task.isTask()).isTrue();
            id = task.id();
            await().until(() -> "half done".equals(task.status().statusMessage()));
            assertThat(task.status().status()).isEqualTo(TaskStatus.WORKING);
            assertThat(task.status().ttl()).isEqualTo(Duration.ofHours(24));
        }
        try (McpClient other = client(era)) {
            ToolTask found = other.tasks().find(id);
            release.countDown();
            assertThat(text(found.await(SOON))).isEqualTo("worked");
            assertThat(text(found.await(SOON))).isEqualTo("worked");
            assertThat(found.status().status()).isEqualTo(TaskStatus.COMPLETED);
            assertThat(tools.runs).hasValue(1);
            found.cancel();
            assertThat(found.status().status()).isEqualTo(TaskStatus.COMPLETED);
        }
    }

    @Test
    void aTaskOfOneEraIsFoundInTheOther() {
        try (McpClient legacy = client(EraChoice.LEGACY);
                McpClient modern = client(EraChoice.MODERN)) {
            ToolTask task = legacy.tasks().start("greet", JsonObject.EMPTY);
            assertThat(text(modern.tasks().find(task.id()).await(SOON))).isEqualTo("Hello Ada");
            assertThat(text(task.await(SOON))).isEqualTo("Hello Ada");
        }
    }

    @ParameterizedTest
    @EnumSource(EraChoice.class)
    void aTaskAsksItsQuestions(EraChoice era) {
        try (McpClient client = client(era)) {
            assertThat(text(client.tasks().start("greet", JsonObject.EMPTY).await(SOON)))
                    .isEqualTo("Hello Ada");
            assertThat(asked).hasValue(1);
            assertThat(text(client.tasks().start("two", JsonObject.EMPTY).await(SOON)))
                    .isEqualTo("Ada");
            assertThat(asked).hasValue(4);
        }
    }

    @ParameterizedTest
    @EnumSource(EraChoice.class)
    void aHandlerThatAsksBeforeItsTaskGoesOnWithWhatItHeard(EraChoice era) {
        try (McpClient client = client(era)) {
            ToolTask task = client.tasks().start("later", JsonObject.EMPTY);
            assertThat(task.isTask()).isTrue();
            assertThat(text(task.await(SOON))).isEqualTo("Ada run 1 Ada");
            assertThat(asked).hasValue(2);
            assertThat(tools.runs).hasValue(1);
        }
    }

    @ParameterizedTest
    @EnumSource(EraChoice.class)
    void anOrdinaryCallOfAToolThatIsATaskWaitsForIt(EraChoice era) {
        try (McpClient client = client(era)) {
            assertThat(client.tools()).isNotEmpty();
            assertThat(text(client.call("job", JsonObject.EMPTY))).isEqualTo("job done");
            assertThat(text(client.call("quick", JsonObject.EMPTY))).isEqualTo("quick");
        }
    }

    @ParameterizedTest
    @EnumSource(EraChoice.class)
    void aCallThatIsGivenUpTakesItsTaskAlong(EraChoice era) {
        try (McpClient client = client(era)) {
            // long enough for the server to make the task
            Duration limit = Duration.ofSeconds(1);
            CallOptions impatient = CallOptions.NONE.withMaxTimeout(limit).withTimeout(limit);
            assertThatThrownBy(() -> client.call("hang", JsonObject.EMPTY, impatient))
                    .isInstanceOf(McpTimeoutException.class);
            await().until(() -> server.runningTasks() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(EraChoice.class)
    void aCancelledTaskIsInterrupted(EraChoice era) throws InterruptedException {
        try (McpClient client = client(era)) {
            ToolTask task = client.tasks().start("hang", JsonObject.EMPTY);
            tools.entered.await();
            task.cancel();
            tools.interrupted.await();
            assertThat(task.status().status()).isEqualTo(TaskStatus.CANCELLED);
            assertThatThrownBy(() -> task.await(SOON)).isInstanceOf(CancellationException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(EraChoice.class)
    void aFailureOfTheToolIsAResultAndARefusalAnError(EraChoice era) {
        try (McpClient client = client(era)) {
            ToolTask failing = client.tasks().start("fail", JsonObject.EMPTY);
            CallToolResult failure = failing.await(SOON);
            assertThat(failure.isError()).isTrue();
            assertThat(text(failure)).isEqualTo("it broke");
            assertThat(failing.status().status())
                    .isEqualTo(era == EraChoice.LEGACY ? TaskStatus.FAILED : TaskStatus.COMPLETED);
            ToolTask refused = client.tasks().start("refuse", JsonObject.EMPTY);
            assertThatThrownBy(() -> refused.await(SOON))
                    .isInstanceOfSatisfying(
                            McpException.class, e -> assertThat(e.code()).isEqualTo(-5))
                    .hasMessage("not today");
            assertThat(refused.status().status()).isEqualTo(TaskStatus.FAILED);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = EraChoice.class,
            names = {"LEGACY", "MODERN"})
    void changesOfATaskAreToldToWhoListens(EraChoice era) {
        List<TaskStatus> heard = new CopyOnWriteArrayList<>();
        try (McpClient client = client(era)) {
            ToolTask task = client.tasks().start("work", JsonObject.EMPTY);
            try (Subscription all =
                    client.subscribe(
                            ListenFilter.ofTasks(Set.of(task.id())),
                            note -> {
                                if (note instanceof ServerNotification.TaskChanged changed) {
                                    heard.add(changed.task().task().status());
                                }
                            })) {
                assertThat(all.honoured().taskIds()).containsExactly(task.id());
                release.countDown();
                await().untilAsserted(() -> assertThat(heard).endsWith(TaskStatus.COMPLETED));
            }
        }
    }

    @Test
    void whoListensLateHearsHowTheTaskEnded() {
        List<ServerNotification> heard = new CopyOnWriteArrayList<>();
        release.countDown();
        try (McpClient client = client(EraChoice.MODERN)) {
            ToolTask task = client.tasks().start("work", JsonObject.EMPTY);
            task.await(SOON);
            await().until(() -> server.runningTasks() == 0); // all who listened were told
            try (Subscription late =
                    client.subscribe(
                            ListenFilter.ofTasks(Set.of(task.id(), "unknown")), heard::add)) {
                assertThat(late.honoured().taskIds()).containsExactly(task.id());
                await().untilAsserted(
                                () ->
                                        assertThat(heard)
                                                .singleElement()
                                                .isInstanceOfSatisfying(
                                                        ServerNotification.TaskChanged.class,
                                                        it ->
                                                                assertThat(text(it.task().result()))
                                                                        .isEqualTo("worked")));
            }
        }
    }

    @Test
    @Requirement("proto.tasks.index")
    void aLegacySessionListsItsOwnTasks() {
        release.countDown();
        try (McpClient client = client(EraChoice.LEGACY);
                McpClient other = client(EraChoice.LEGACY)) {
            ToolTask first = client.tasks().start("job", JsonObject.EMPTY);
            ToolTask second = client.tasks().start("work", JsonObject.EMPTY);
            other.tasks().start("job", JsonObject.EMPTY);
            assertThat(client.tasks().list())
                    .extracting(Task::id)
                    .containsExactlyInAnyOrder(first.id(), second.id());
            assertThat(other.tasks().list()).hasSize(1);
        }
    }

    @Test
    @Requirement("proto.tasks.ttl")
    void aLegacyClientMayWishForLessTime() {
        try (McpClient client = client(EraChoice.LEGACY)) {
            Duration wish = Duration.ofMinutes(5);
            ToolTask task = client.tasks().start("work", JsonObject.EMPTY, wish);
            assertThat(task.status().ttl()).isEqualTo(wish);
        }
    }

    @Test
    void aClientWithoutTasksIsRefusedWhatIsATaskOnly() {
        for (EraChoice era : List.of(EraChoice.LEGACY, EraChoice.MODERN)) {
            try (McpClient plain =
                    McpClient.builder(InMemoryTransport.to(server.endpoint())).era(era).connect()) {
                int code =
                        era == EraChoice.LEGACY
                                ? ErrorCode.METHOD_NOT_FOUND
                                : ErrorCode.MISSING_CLIENT_CAPABILITY;
                assertThatThrownBy(() -> plain.call("job", JsonObject.EMPTY))
                        .isInstanceOfSatisfying(
                                McpException.class, e -> assertThat(e.code()).isEqualTo(code));
                assertThatThrownBy(() -> plain.tasks().start("job", JsonObject.EMPTY))
                        .isInstanceOf(IllegalStateException.class);
                release.countDown();
                assertThat(text(plain.call("work", JsonObject.EMPTY))).isEqualTo("worked");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = EraChoice.class,
            names = {"LEGACY", "MODERN"})
    void anUnknownTaskIsInvalidParams(EraChoice era) {
        try (McpClient client = client(era)) {
            assertThatThrownBy(() -> client.tasks().find("never"))
                    .isInstanceOfSatisfying(
                            McpException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMS))
                    .hasMessageContaining("Task not found");
        }
    }

    @Test
    void tasksThatWorkAreWaitedForWhenTheServerStops() {
        try (McpClient client = client(EraChoice.MODERN)) {
            client.tasks().start("work", JsonObject.EMPTY);
            assertThat(server.drain(Duration.ofMillis(20))).isFalse();
            release.countDown();
            assertThat(server.drain(SOON)).isTrue();
            client.tasks().start("greet", JsonObject.EMPTY);
            assertThat(server.drain(SOON)).isTrue();
        }
    }
}
