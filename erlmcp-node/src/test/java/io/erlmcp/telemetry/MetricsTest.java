package io.erlmcp.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.dispatch.DispatchEvent;
import io.erlmcp.http.HttpEvent;
import io.erlmcp.migration.MigrationEvent;
import io.erlmcp.network.ConnectionEvent;
import io.erlmcp.network.Traffic;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.recovery.RecoveryEvent;
import io.erlmcp.resilience.ResilienceEvent;
import io.erlmcp.session.SessionEvent;
import io.erlmcp.store.StoreEvent;
import io.erlmcp.supervision.Failure;
import io.erlmcp.supervision.RestartAdvice;
import io.erlmcp.supervision.SupervisionEvent;
import io.erlmcp.task.TaskEvent;
import io.erlmcp.testing.Requirement;
import io.erlmcp.upstream.UpstreamEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = new Metrics();

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void callsAreCountedByMethodOutcomeRevisionAndTool() {
        metrics.on(call("echo", DispatchEvent.Outcome.OK, 0));
        metrics.on(call("echo", DispatchEvent.Outcome.OK, 0));
        metrics.on(call("echo", DispatchEvent.Outcome.DEADLINE, -31003));

        assertThat(metrics.scrape())
                .contains(
                        "erlmcp_requests_seconds_count{method=\"tools/call\",outcome=\"ok\",revision=\"2026-07-28\"}"
                            + " 2")
                .contains("erlmcp_tool_calls_seconds_count{outcome=\"deadline\",tool=\"echo\"} 1")
                .contains(
                        "erlmcp_tool_calls_seconds_bucket{outcome=\"ok\",tool=\"echo\",le=\"0.02\"}"
                                + " 2")
                .contains("erlmcp_errors_total{code=\"-31003\"} 1.0");
    }

    @Test
    @Requirement("security.operations")
    void toolsBeyondTheLimitAreCountedAsOne() {
        for (int i = 0; i <= Meters.MAX_TOOLS + 1; i++) {
            metrics.on(call("tool" + i, DispatchEvent.Outcome.OK, 0));
        }

        assertThat(metrics.scrape())
                .contains("tool=\"tool" + (Meters.MAX_TOOLS - 1) + "\"")
                .doesNotContain("tool=\"tool" + Meters.MAX_TOOLS + "\"")
                .contains("erlmcp_tool_calls_seconds_count{outcome=\"ok\",tool=\"other\"} 2");
    }

    @Test
    void methodsThatPeersMadeUpAreCountedAsOne() {
        for (String method : List.of("made/up", "made/up/too")) {
            metrics.on(
                    new DispatchEvent.CallFinished(
                            method,
                            null,
                            Revision.LATEST,
                            DispatchEvent.Outcome.REFUSED,
                            ErrorCode.METHOD_NOT_FOUND,
                            1));
        }

        assertThat(metrics.scrape())
                .doesNotContain("made/up")
                .contains(
                        "erlmcp_requests_seconds_count{method=\"other\",outcome=\"refused\",revision=\"2026-07-28\"}"
                            + " 2");
    }

    @Test
    void anObservationStandsInTheBucketsFromItsOwnUpwards() {
        metrics.on(call("echo", DispatchEvent.Outcome.OK, 0));

        assertThat(metrics.scrape())
                .contains("{outcome=\"ok\",tool=\"echo\",le=\"0.01\"} 0")
                .contains("{outcome=\"ok\",tool=\"echo\",le=\"0.02\"} 1")
                .contains("{outcome=\"ok\",tool=\"echo\",le=\"+Inf\"} 1")
                .contains("erlmcp_tool_calls_seconds_sum{outcome=\"ok\",tool=\"echo\"} 0.012");
    }

    @Test
    @Requirement("obs.metrics-tasks")
    void tasksAreCountedByHowTheyEnded() {
        long second = 1_000_000_000;
        for (TaskStatus end :
                List.of(
                        TaskStatus.COMPLETED,
                        TaskStatus.TOOL_ERROR,
                        TaskStatus.FAILED,
                        TaskStatus.CANCELLED)) {
            metrics.on(new TaskEvent.TaskCreated("work"));
            metrics.on(new TaskEvent.TaskEnded("work", end, second));
        }
        metrics.on(new TaskEvent.TasksInterrupted(3));
        assertThat(metrics.scrape())
                .contains("erlmcp_tasks_started_total 4.0")
                .contains("erlmcp_tasks_completed_total 1.0")
                .contains("erlmcp_tasks_failed_total 5.0")
                .contains("erlmcp_tasks_cancelled_total 1.0")
                .contains("erlmcp_tasks_duration_seconds_sum{outcome=\"completed\"} 1.0")
                .contains("erlmcp_tasks_duration_seconds_count{outcome=\"tool_error\"} 1");
    }

    @Test
    @Requirement("strategist.metrics")
    void strategiesStepsPatternsAndHistoriesAreCounted() {
        RecoveryEvents.all().forEach(metrics::on);

        assertThat(metrics.scrape())
                .contains("erlmcp_recovery_strategy_selected_total{type=\"cascade\"} 1.0")
                .contains(
                        "erlmcp_recovery_step_executed_total{result=\"succeeded\",step=\"notify\"}"
                                + " 1.0")
                .contains("erlmcp_failure_pattern_detected_total{pattern=\"same_error\"} 1.0")
                .contains("erlmcp_failure_history_size{component=\"upstreams/a\"} 7.0")
                .contains("erlmcp_recovery_denied_total 1.0");
        metrics.on(new RecoveryEvent.HistoryForgotten(RecoveryEvents.PART));
        assertThat(metrics.scrape()).doesNotContain("erlmcp_failure_history_size{");
    }

    @Test
    @Requirement("R31")
    void whatIsWrongIsShownUntilItIsTakenBack() {
        ComponentId part = ComponentId.of("upstreams", "github");
        metrics.on(new StoreEvent.WritesFailed("the disk is full"));
        metrics.on(new ResilienceEvent.BreakerChanged(part, "closed", "open", "why"));
        metrics.on(new ResilienceEvent.BreakerChanged(part, "open", "half-open", "why"));

        assertThat(metrics.scrape())
                .contains("erlmcp_store_refusing_writes 1.0")
                .contains("erlmcp_circuit_breaker_state{component=\"upstreams/github\"} 1.0");
        metrics.on(new StoreEvent.WritesResumed(Duration.ofSeconds(1)));
        metrics.on(new ResilienceEvent.BreakerChanged(part, "half-open", "closed", "why"));

        assertThat(metrics.scrape())
                .contains("erlmcp_store_refusing_writes 0.0")
                .contains("erlmcp_circuit_breaker_state{component=\"upstreams/github\"} 0.0");
    }

    @Test
    @Requirement("cb.metrics")
    void theStateOfEachBreakerIsShownFromTheStart() {
        ComponentId server = ComponentId.of("upstreams", "a");
        metrics.upstreams(() -> 1, List.of(server));
        assertThat(metrics.scrape())
                .contains("erlmcp_circuit_breaker_state{component=\"upstreams/a\"} 0.0");
        for (String to : List.of("open", "half-open", "closed")) {
            metrics.on(new ResilienceEvent.BreakerChanged(server, "whatever", to, "why"));
            int value = List.of("closed", "half-open", "open").indexOf(to);
            assertThat(metrics.scrape())
                    .contains(
                            "erlmcp_circuit_breaker_state{component=\"upstreams/a\"} "
                                    + value
                                    + ".0");
        }
    }

    @Test
    @Requirement({"guardian.metrics", "degradation.metrics"})
    void whatIsShortAndWhatWasHeldBackIsShown() throws IOException {
        ResourceEvents.all().forEach(metrics::on);
        metrics.resources(ResourceEvents.guardian(), ResourceEvents.monitor(), () -> 1);

        assertThat(metrics.scrape())
                .contains("erlmcp_degradations_total{resource=\"memory\"} 1.0")
                .contains("erlmcp_degradation_duration_seconds_total 1.0")
                .contains("erlmcp_emergency_shutdowns_total{resource=\"memory\"} 1.0")
                .contains("erlmcp_messages_shed_total 1.0")
                .contains("erlmcp_calls_shed_total{priority=\"low\",reason=\"pressure\"} 1.0")
                .contains("erlmcp_sheddings_total{cause=\"memory\"} 1.0")
                .contains("erlmcp_rate_limit_reduction_percent 0.0")
                .contains("erlmcp_degradation_active{resource=\"fd\"} 0.0")
                .contains("erlmcp_resource_usage_percent{resource=\"process\"} 0.0")
                .contains("erlmcp_memory_usage_percent 0.0")
                .contains("erlmcp_process_usage_percent 0.0")
                .contains("erlmcp_fd_usage_percent 0.0")
                .contains("erlmcp_cpu_usage_percent ");
    }

    @Test
    void everyMetricThatIsListedIsScrapedAndNoOther() throws IOException {
        everyEvent().forEach(metrics::on);
        AndonEvents.all().forEach(metrics::on);
        metrics.gauges(
                new Metrics.Gauges(
                        () -> 1, () -> 2, () -> 3, () -> 4, () -> 5, () -> 6, () -> 7, () -> 1));

        metrics.upstreams(() -> 1, List.of());
        upstreamEvents().forEach(metrics::on);
        ResourceEvents.all().forEach(metrics::on);
        RecoveryEvents.all().forEach(metrics::on);
        metrics.resources(ResourceEvents.guardian(), ResourceEvents.monitor(), () -> 1);
        metrics.traffic("tcp", new Traffic());
        List<String> scraped =
                metrics.scrape()
                        .lines()
                        .filter(line -> line.startsWith("# TYPE erlmcp_"))
                        .map(line -> line.split(" ")[2])
                        .filter(name -> !name.endsWith("_max"))
                        .toList();

        assertThat(scraped)
                .containsExactlyInAnyOrderElementsOf(
                        MetricNames.all().stream().map(MetricNames.Metric::name).toList());
    }

    @Test
    void theReferenceIsTheOneInTheDocuments() throws IOException {
        Path golden = Path.of("../docs/metrics.md");
        if ("update".equals(System.getProperty("golden"))) {
            Files.writeString(golden, MetricNames.markdown());
        }

        assertThat(golden).hasContent(MetricNames.markdown());
    }

    private static final ComponentId PART = ComponentId.of("listeners/http");

    private static List<Event> upstreamEvents() {
        ComponentId it = ComponentId.of("upstreams", "github");
        return List.of(
                new UpstreamEvent.Up(it, "2026-07-28", 3, Duration.ZERO),
                new UpstreamEvent.Down(it, "why"),
                new UpstreamEvent.Hung(it, 3),
                new UpstreamEvent.TooBig(it, 2 << 20, 1 << 20),
                new UpstreamEvent.PutLast(it, "why"),
                new UpstreamEvent.PutBack(it),
                new UpstreamEvent.DefinitionChanged(it, "tool", "search", false),
                new UpstreamEvent.QueueFilling(it, 75, 100),
                new UpstreamEvent.DefinitionAccepted(it, "tool", "search"),
                new UpstreamEvent.LeftOut(it, "tool", "search", "why"),
                new UpstreamEvent.ListFailed(it, "prompts", "why"),
                new UpstreamEvent.Retried(it, "tools/call search"),
                new UpstreamEvent.StaleAnswer(it, "tools/call search"),
                new UpstreamEvent.QuestionRefused(it, "sampling"),
                new UpstreamEvent.Said(it, "info", "hello"),
                new ResilienceEvent.BreakerChanged(it, "closed", "open", "why"));
    }

    private static List<Event> everyEvent() {
        return List.of(
                call("echo", DispatchEvent.Outcome.FAILED, -32603),
                new DispatchEvent.CallAbandoned("tools/call", "x", "call-1"),
                new DispatchEvent.LoopBlocked("tools/call", "x", 1),
                new SessionEvent.SessionOpened("http", Revision.LATEST_LEGACY, "anonymous"),
                new SessionEvent.SessionRevived("http", Revision.LATEST_LEGACY, "anonymous"),
                new SessionEvent.SessionClosed("http", "idle"),
                new SessionEvent.SessionsEvicted(1),
                new SessionEvent.ReplayRefused("http"),
                new SessionEvent.AcceptedRequestsLeft("its events cannot be read"),
                new MigrationEvent.WriteQueued("store", "the disk is full"),
                new MigrationEvent.FellBack("store", "it is not there yet"),
                new MigrationEvent.EventsLost("store", "the store is closed"),
                new MigrationEvent.Reconciled("store", 1),
                new MigrationEvent.Violation("session", "3f9c01ab77de", "differs"),
                new MigrationEvent.Compared(3, 2, 1),
                new StoreEvent.Synced(2, 1),
                new StoreEvent.WritesFailed("the disk is full"),
                new StoreEvent.WritesResumed(Duration.ZERO),
                new StoreEvent.DamageFound("a session"),
                new SessionEvent.AuthenticationFailed("http", "127.0.0.1"),
                new SessionEvent.MessageRefused("http", -32700),
                new SessionEvent.SlowReaderCut("stdio", "why"),
                new TaskEvent.TaskCreated("work"),
                new TaskEvent.TaskEnded("work", TaskStatus.COMPLETED, 1),
                new TaskEvent.TaskEnded("work", TaskStatus.FAILED, 1),
                new TaskEvent.TaskEnded("work", TaskStatus.CANCELLED, 1),
                new TaskEvent.TaskRefused("work", "full"),
                new TaskEvent.TasksExpired(1),
                new SupervisionEvent.Started(PART, 1, Duration.ZERO),
                new SupervisionEvent.Failed(
                        new Failure(PART, Instant.EPOCH, null, 0, 1),
                        new RestartAdvice.After(Duration.ZERO)),
                new SupervisionEvent.StartDenied(PART, "halted"),
                new SupervisionEvent.Abandoned(PART, "stop", Duration.ZERO),
                new HttpEvent.ConnectionOpened("127.0.0.1", 1),
                new HttpEvent.ConnectionClosed("127.0.0.1", HttpEvent.CloseReason.IDLE),
                new HttpEvent.RequestRefused("127.0.0.1", 413, "too large"),
                new HttpEvent.SlowReaderCut("127.0.0.1", 1, "why"),
                new HttpEvent.AcceptPaused("full", 1),
                new HttpEvent.AcceptResumed(Duration.ZERO),
                new HttpEvent.HandlerFailed("/mcp", new IllegalStateException()),
                new ConnectionEvent.Opened("tcp", "127.0.0.1", 1),
                new ConnectionEvent.Closed("tcp", "127.0.0.1", ConnectionEvent.Reason.IDLE),
                new ConnectionEvent.Malformed("tcp", "127.0.0.1", "too large"),
                new ConnectionEvent.HandshakeFailed("http", "127.0.0.1", "no TLS"),
                new ConnectionEvent.AcceptPaused("tcp", "full", 1),
                new ConnectionEvent.AcceptResumed("tcp", Duration.ZERO),
                new ConnectionEvent.HandlerFailed("tcp", new IllegalStateException()));
    }

    private static DispatchEvent call(String tool, DispatchEvent.Outcome outcome, int code) {
        return new DispatchEvent.CallFinished(
                "tools/call", tool, Revision.LATEST, outcome, code, 12_000_000);
    }
}
