package io.erlmcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import io.erlmcp.upstream.FirstSights.Sight;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When what was seen first goes to the disk. */
@Requirement("upstream.changed")
class MemoryTest {
    private static final ComponentId UP = ComponentId.of("upstreams", "up");

    private final AtomicLong nanos = new AtomicLong();
    private final Disk disk = new Disk();
    private final Memory memory = new Memory(UP, disk, new Clock());
    private final FirstSights<String> tools = memory.of("tool");
    private final FirstSights<String> prompts = memory.of("prompt");

    private final class Clock implements Time {
        @Override
        public long nanos() {
            return nanos.get();
        }

        @Override
        public Instant now() {
            return Instant.EPOCH.plusNanos(nanos.get());
        }
    }

    private static final class Disk implements Sightings {
        private Map<String, String> kept = Map.of("tool old", "00", "prompt old", "11");
        private boolean isFull;
        private int saves;

        @Override
        public Map<String, String> load(ComponentId upstream) {
            return kept;
        }

        @Override
        public boolean save(ComponentId upstream, Map<String, String> fingerprints) {
            saves++;
            if (!isFull) {
                kept = new LinkedHashMap<>(fingerprints);
            }
            return !isFull;
        }
    }

    private void see(FirstSights<String> where, String name) {
        assertThat(where.meet(name, new Sight<>("ff", name))).isNull();
    }

    @Test
    void eachKindHasItsOwnNamesAndAllAreKeptTogether() {
        assertThat(tools.meet("old", new Sight<>("ff", "x"))).isEqualTo(new Sight<>("00", null));
        assertThat(prompts.meet("old", new Sight<>("ff", "x"))).isEqualTo(new Sight<>("11", null));
        memory.keep();
        assertThat(disk.saves).as("nothing is new").isZero();

        see(tools, "new");
        memory.keep();

        assertThat(disk.kept)
                .containsOnly(
                        Map.entry("tool old", "00"),
                        Map.entry("prompt old", "11"),
                        Map.entry("tool new", "ff"));
    }

    @Test
    void whatChangesAllTheTimeIsKeptOnceASecond() {
        see(tools, "a");
        memory.keep();
        assertThat(disk.saves).isEqualTo(1);

        nanos.addAndGet(Duration.ofSeconds(1).toNanos() - 1);
        see(tools, "b");
        memory.keep();
        assertThat(disk.saves).isEqualTo(1);
        assertThat(memory.isBehind()).isTrue();

        nanos.addAndGet(1);
        memory.keep();
        assertThat(disk.saves).isEqualTo(2);
        assertThat(memory.isBehind()).isFalse();

        see(prompts, "c");
        memory.keepNow();
        assertThat(disk.kept).containsKey("prompt c");
        memory.keepNow();
        assertThat(disk.saves).isEqualTo(3);
    }

    @Test
    void whatADiskDidNotTakeIsKeptLater() {
        disk.isFull = true;
        see(tools, "a");
        memory.keep();
        assertThat(memory.isBehind()).isTrue();

        disk.isFull = false;
        memory.keepNow();

        assertThat(memory.isBehind()).isFalse();
        assertThat(disk.kept).containsKey("tool a");
    }
}
