package io.erlmcp.telemetry;

import io.erlmcp.dispatch.DispatchEvent;
import io.erlmcp.feature.Priority;
import io.erlmcp.guardian.CarrierLimits;
import io.erlmcp.guardian.Collections;
import io.erlmcp.guardian.EmergencyStop;
import io.erlmcp.guardian.Guardian;
import io.erlmcp.guardian.GuardianConfig;
import io.erlmcp.guardian.GuardianEvent;
import io.erlmcp.guardian.JvmMeasures;
import io.erlmcp.guardian.Resource;
import io.erlmcp.health.HealthEvent;
import io.erlmcp.health.HealthMonitor;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.HealthStatus;
import io.erlmcp.observability.Observer;
import io.erlmcp.resilience.Brake;
import io.erlmcp.resilience.Room;
import io.erlmcp.runtime.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** One of each event that the metrics of resources, health and load count. */
final class ResourceEvents {
    private static final Resource MEMORY = Resource.MEMORY;

    private ResourceEvents() {}

    static List<Event> all() {
        return List.of(
                new DispatchEvent.CallShed("tools/call", Priority.LOW, DispatchEvent.Shed.PRESSURE),
                new DispatchEvent.MessageShed("notifications/message"),
                new DispatchEvent.HeldBack("session"),
                new DispatchEvent.QueueFilling(8, 7, 10),
                new GuardianEvent.Warned(MEMORY, "heap", 86, null, "look"),
                new GuardianEvent.Degraded(MEMORY, "heap", 91),
                new GuardianEvent.Recovered(Duration.ofSeconds(1)),
                new GuardianEvent.SheddingBegan("memory", 91),
                new GuardianEvent.EmergencyStop(MEMORY, "heap", 98),
                new GuardianEvent.CarriersChanged(2, 3, 8, 1),
                new GuardianEvent.ToolHalted("loop", 3),
                new HealthEvent.ComponentTurned(
                        ComponentId.of("store"),
                        HealthStatus.HEALTHY,
                        HealthStatus.UNHEALTHY,
                        "gone"));
    }

    /** One that looks at nothing until it is started. */
    static Guardian guardian() throws IOException {
        return new Guardian(
                GuardianConfig.DEFAULTS,
                new Guardian.Parts(
                        new JvmMeasures(
                                Time.system(),
                                new Collections(),
                                new JvmMeasures.Counted(
                                        new JvmMeasures.Bounded(() -> 0, 0),
                                        new JvmMeasures.Bounded(() -> 0, 0),
                                        new JvmMeasures.Bounded(() -> 0, 0)),
                                new JvmMeasures.DirectMemory(() -> 0, () -> 1)),
                        new Brake(),
                        new EmergencyStop(
                                (component, reason) -> {}, () -> {}, code -> {}, Observer.NONE),
                        new Guardian.Usual(() -> 0, () -> Room.NONE, () -> 0, 1, Room.UNBOUNDED)),
                new Guardian.Surroundings(Time.system(), Observer.NONE, CarrierLimits.from(2)));
    }

    static HealthMonitor monitor() {
        return new HealthMonitor(Duration.ofSeconds(5), Time.system(), Observer.NONE);
    }
}
