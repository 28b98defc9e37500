package io.erlmcp.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import java.io.File;
import java.io.Serial;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/** A call that fails is answered, whatever stands in the way of telling why. */
@Requirement("security.parsing")
class UntoldProblemTest {
    private static final class Mute extends RuntimeException {
        @Serial private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("says nothing");
        }
    }

    private static int failing(RuntimeException problem, boolean isInline)
            throws InterruptedException {
        try (Probe probe = new Probe(Probe.limits(1, 1, Duration.ofSeconds(30)), Time.system())) {
            probe.isInline = isInline;
            probe.code =
                    exchange -> {
                        throw problem;
                    };
            return probe.dispatch("ping").code();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anExceptionThatCannotBeLoggedIsAnInternalError(boolean isInline) throws Exception {
        assertThat(failing(new Mute(), isInline)).isEqualTo(ErrorCode.INTERNAL_ERROR);
    }

    @Test
    void whereTheLogCannotBeSetUpCallsAreAnsweredAllTheSame(@TempDir Path folder) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF").resolve("services"));
        Files.writeString(
                services.resolve(SLF4JServiceProvider.class.getName()), NoLog.class.getName());
        List<URL> path = new ArrayList<>();
        path.add(folder.toUri().toURL());
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            path.add(Path.of(entry).toUri().toURL());
        }
        try (URLClassLoader fresh =
                new URLClassLoader(
                        path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Callable<?> failing =
                    (Callable<?>)
                            fresh.loadClass(Failing.class.getName())
                                    .getDeclaredConstructor()
                                    .newInstance();
            assertThat(failing.call()).as("at first").isEqualTo(ErrorCode.INTERNAL_ERROR);
            assertThat(failing.call()).as("and after").isEqualTo(ErrorCode.INTERNAL_ERROR);
        }
    }

    /** Runs among classes of its own, which find {@link NoLog}. */
    public static final class Failing implements Callable<Integer> {
        @Override
        public Integer call() throws InterruptedException {
            return failing(new IllegalStateException("a bug"), false);
        }
    }

    /** A log that cannot be set up. */
    public static final class NoLog implements SLF4JServiceProvider {
        @Override
        public void initialize() {
            throw new IllegalStateException("there is no log");
        }

        @Override
        public String getRequestedApiVersion() {
            return "2.0.99";
        }

        @Override
        public ILoggerFactory getLoggerFactory() {
            throw new IllegalStateException("there is no log");
        }

        @Override
        public IMarkerFactory getMarkerFactory() {
            throw new IllegalStateException("there is no log");
        }

        @Override
        public MDCAdapter getMDCAdapter() {
            throw new IllegalStateException("there is no log");
        }
    }
}
