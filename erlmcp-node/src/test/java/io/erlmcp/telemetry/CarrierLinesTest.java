package io.erlmcp.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.erlmcp.guardian.GuardianEvent;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What an operator reads of carriers: a warning where code keeps them, no word of alarm else. */
@Requirement({"R26", "R31"})
class CarrierLinesTest {
    private final Logger log = (Logger) LoggerFactory.getLogger("io.erlmcp.events");
    private final ListAppender<ILoggingEvent> heard = new ListAppender<>();
    private final Level usual = log.getLevel();

    @BeforeEach
    void listen() {
        heard.start();
        log.setLevel(Level.INFO);
        log.addAppender(heard);
    }

    @AfterEach
    void leave() {
        log.detachAppender(heard);
        log.setLevel(usual);
    }

    private ILoggingEvent line(GuardianEvent event) {
        new EventLines().on(event);
        return heard.list.getLast();
    }

    @Test
    void oneMoreForCallsThatDoNotComeBackIsAWarningThatCountsThem() {
        ILoggingEvent line = line(new GuardianEvent.CarriersChanged(2, 3, 8, 1));
        assertThat(line.getLevel()).isEqualTo(Level.WARN);
        assertThat(line.getFormattedMessage()).contains("3 carriers", "1 calls do not come back");
    }

    @Test
    void oneMoreOnABusyMachineIsNone() {
        ILoggingEvent line = line(new GuardianEvent.CarriersChanged(2, 3, 8, 0));
        assertThat(line.getLevel()).isEqualTo(Level.INFO);
        assertThat(line.getFormattedMessage()).contains("3 carriers", "the machine is busy");
    }

    @Test
    void oneLessIsGoodNewsWhetherCallsComeBackOrNot() {
        for (int abandoned = 0; abandoned < 2; abandoned++) {
            ILoggingEvent line = line(new GuardianEvent.CarriersChanged(4, 3, 8, abandoned));
            assertThat(line.getLevel()).isEqualTo(Level.INFO);
            assertThat(line.getFormattedMessage()).contains("3 carriers", "no more are needed");
        }
    }

    @Test
    void thatThereCanBeNoMoreIsAnError() {
        ILoggingEvent line = line(new GuardianEvent.CarriersExhausted(8, Duration.ofSeconds(1)));
        assertThat(line.getLevel()).isEqualTo(Level.ERROR);
    }
}
