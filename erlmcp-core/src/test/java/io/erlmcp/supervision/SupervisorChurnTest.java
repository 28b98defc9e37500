package io.erlmcp.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Children that come and go leave nothing behind. */
class SupervisorChurnTest {
    private static final Pattern THREAD =
            Pattern.compile("#\\d+ \"((?!ForkJoinPool|VirtualThread|awaitility).*)\" .*");

    @TempDir Path folder;

    private final Nursery nursery = new Nursery();

    @AfterEach
    void close() throws Exception {
        nursery.close();
    }

    @Test
    @Requirement("sup.no-leak")
    void nothingIsLeftOfAThousandChildrenThatCameAndWent() throws Exception {
        nursery.advisor = failure -> new RestartAdvice.After(Duration.ofHours(1));
        Supervisor supervisor = nursery.start(SupervisorSpec.dynamic(Intensity.DEFAULT, 1000));
        List<String> names = IntStream.range(0, 1000).mapToObj(i -> "c" + i).toList();
        supervisor.add(nursery.child("first")); // after whom all that is used again is there
        await().until(() -> nursery.starts("first") == 1);
        nursery.crash("first");
        await().until(() -> nursery.log.size() == 2);
        supervisor.remove("first");
        List<String> before = threads();
        names.forEach(name -> supervisor.add(nursery.child(name)));
        await().until(() -> names.stream().allMatch(name -> nursery.starts(name) == 1));
        names.forEach(nursery::crash);
        await().until(() -> nursery.log.size() == 2002);
        for (String name : names) {
            supervisor.remove(name);
        }
        assertThat(supervisor.size()).isZero();
        assertThat(supervisor.states()).isEmpty();
        await().untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
        assertThat(nursery.pendingTimers()).isZero();
    }

    /** Virtual ones as well, on which starts and stops run; not what the JDK and Awaitility run. */
    private List<String> threads() throws IOException {
        Path dump = Files.createTempFile(folder, "threads", ".txt");
        Files.delete(dump); // the dump is not written over what is there
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
        try (Stream<String> lines = Files.lines(dump)) {
            return lines.map(THREAD::matcher)
                    .filter(Matcher::matches)
                    .map(it -> it.group(1))
                    .toList();
        }
    }
}
