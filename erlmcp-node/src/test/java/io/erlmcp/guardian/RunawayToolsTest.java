package io.erlmcp.guardian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.dispatch.DispatchEvent;
import io.erlmcp.observability.Event;
import io.erlmcp.testing.Requirement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

@Requirement("R26")
class RunawayToolsTest {
    private final List<String> halted = new CopyOnWriteArrayList<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final RunawayTools tools =
            new RunawayTools((tool, reason) -> halted.add(tool), events::add);

    private void abandoned(String tool) {
        tools.on(new DispatchEvent.CallAbandoned("tools/call", tool, "call-1 tools/call"));
    }

    private void back(String tool) {
        tools.on(new DispatchEvent.AbandonedCallEnded("tools/call", tool));
    }

    @Test
    void theThirdCallThatDoesNotComeBackHaltsItsTool() {
        abandoned("loop");
        abandoned("loop");
        abandoned("other");
        abandoned("other");
        assertThat(events).isEmpty();
        abandoned("loop");
        await().until(() -> halted.contains("loop"));
        abandoned("loop");
        assertThat(halted).containsExactly("loop");
        assertThat(events).containsExactly(new GuardianEvent.ToolHalted("loop", 3));
    }

    @Test
    void callsThatCameBackDoNotCount() {
        for (int i = 0; i < 10; i++) {
            abandoned("slow");
            abandoned("slow");
            back("slow");
            back("slow");
        }
        assertThat(halted).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void onlyToolsAreHalted() {
        for (int i = 0; i < 5; i++) {
            tools.on(new DispatchEvent.CallAbandoned("resources/read", "file:///x", "call-1"));
        }
        assertThat(events).isEmpty();
    }
}
