package io.erlmcp.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.feature.Priority;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JsonNull;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.Empty;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.resilience.CallGate;
import io.erlmcp.resilience.Restraint;
import io.erlmcp.resilience.Room;
import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Requirement({"backpressure.shed", "degradation.points", "proto.message-priority"})
class AdmissionTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final CountDownLatch release = new CountDownLatch(1);
    private final Probe probe = new Probe(new CallLimits(10, 4, 10, LONG, LONG), Time.system());

    @AfterEach
    void close() {
        release.countDown();
        probe.close();
    }

    @Test
    void lowPriorityIsShedWhileTheNodeIsBusyOnALoopAsOnAThread() throws Exception {
        probe.brake.set(Restraint.shedding("the node is busy"));
        for (boolean inline : new boolean[] {true, false}) {
            probe.isInline = inline;
            probe.priority = Priority.LOW;
            assertThat(probe.dispatch("ping").code()).isEqualTo(ErrorCode.OVERLOADED);
            probe.priority = Priority.NORMAL;
            assertThat(probe.dispatch("ping").code()).isZero();
        }
        assertThat(probe.events)
                .filteredOn(DispatchEvent.CallShed.class::isInstance)
                .containsOnly(
                        new DispatchEvent.CallShed(
                                "ping", Priority.LOW, DispatchEvent.Shed.PRESSURE))
                .hasSize(2);
        probe.brake.set(Restraint.NONE);
        probe.priority = Priority.LOW;
        assertThat(probe.dispatch("ping").code()).isZero();
    }

    @Test
    @Requirement("degradation.actions")
    void aCallerHasHalfOfItsLimitWhileTheNodeHoldsBackAndWhatRunsGoesOn() throws Exception {
        probe.code =
                exchange -> {
                    release.await();
                    return Empty.RESULT;
                };
        Probe.Answer[] running = {
            probe.dispatch("ping"), probe.dispatch("ping"), probe.dispatch("ping")
        };
        await().until(() -> probe.quota.used() == 3);
        probe.brake.set(new Restraint(true, 10, 50, Room.NONE, false, "memory is short"));
        Probe.Answer more = probe.dispatch("ping");
        await().until(() -> probe.dispatcher.waiting() == 1);
        probe.brake.set(Restraint.NONE);
        await().until(() -> probe.quota.used() == 4);
        release.countDown();
        for (Probe.Answer each : running) {
            assertThat(each.code()).isZero();
        }
        assertThat(more.code()).isZero();
    }

    @Test
    void messagesThatInformAreLeftOutWhileTheNodeHoldsBack() {
        probe.logLevel = LogLevel.DEBUG;
        Probe.Answer answer = new Probe.Answer();
        ExchangeContext context =
                new ExchangeContext(
                        probe.exchange("ping", answer),
                        new io.erlmcp.feature.MemoryKeyValueStore(),
                        new FeatureMethods.Around(
                                Time.system(), probe.brake, CallGate.OPEN, probe.events::add),
                        false);
        context.log(LogLevel.INFO, null, JsonNull.NULL);
        assertThat(answer.sent).hasValue(1);
        probe.brake.set(Restraint.shedding("the node is busy"));
        context.log(LogLevel.INFO, null, JsonNull.NULL);
        assertThat(answer.sent).hasValue(1);
        context.log(LogLevel.WARNING, null, JsonNull.NULL);
        assertThat(answer.sent).as("what matters is told").hasValue(2);
        assertThat(probe.events)
                .containsExactly(new DispatchEvent.MessageShed("notifications/message"));
    }

    @Test
    void aToolSaysHowMuchItsCallsMatter() {
        ToolSpec tool =
                ToolSpec.of("t", (arguments, call) -> CallToolResult.text("x"))
                        .priority(Priority.HIGH)
                        .nonBlocking()
                        .timeout(LONG)
                        .description("d");
        assertThat(tool.priority()).isEqualTo(Priority.HIGH);
        assertThat(List.of(Priority.values()))
                .as("the list of the waiting relies on the order")
                .containsExactly(Priority.LOW, Priority.NORMAL, Priority.HIGH);
    }
}
