package io.erlmcp.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.EventId;
import io.erlmcp.session.EventLog;
import io.erlmcp.session.SessionLimits;
import io.erlmcp.testing.Requirement;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Requirement("transport.sse.store")
class DiskEventLogTest {
    private static final String SESSION = "session";

    @TempDir Path folder;
    private DiskStore store;

    @BeforeEach
    void open() throws Exception {
        store =
                DiskStore.open(
                        StoreConfig.in(folder)
                                .withEvents(new SessionLimits.EventBounds(4, 30, 1 << 20)),
                        Time.system(),
                        Observer.NONE);
    }

    private EventLog reopened() throws Exception {
        store.close();
        open();
        return store.events().reopen(SESSION);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> after(EventLog log, EventId id) {
        return log.after(id).orElseThrow().stream()
                .map(entry -> new String(entry.data(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void atTheBoundNothingIsLostAndOnePastItTheOldestGoes() {
        EventLog log = store.events().create(SESSION);
        EventId first = log.append("a", bytes("1"));
        log.append("a", bytes("2"));
        log.append("a", bytes("3"));
        EventId fourth = log.append("a", bytes("4"));
        assertThat(after(log, first)).containsExactly("2", "3", "4");
        log.append("a", bytes("5"));
        assertThat(after(log, first)).containsExactly("2", "3", "4", "5");
        log.append("a", bytes("6"));
        assertThat(log.after(first)).isEmpty();
        assertThat(after(log, fourth)).containsExactly("5", "6");
    }

    @Test
    void bytesAreBoundedToo() {
        EventLog log = store.events().create(SESSION);
        EventId first = log.append("a", new byte[10]);
        EventId second = log.append("a", new byte[20]);
        assertThat(log.after(first)).isPresent();
        log.append("a", new byte[1]);
        assertThat(log.after(first)).isPresent();
        log.append("a", new byte[30]);
        assertThat(log.after(first)).isEmpty();
        assertThat(log.after(second)).isEmpty();
    }

    @Test
    @Requirement("transport.sse.resume")
    void theNextProcessReplaysWhatThisOneAppended() throws Exception {
        EventLog log = store.events().create(SESSION);
        EventId first = log.append("g", bytes("1"));
        log.append("p", bytes("other"));
        log.append("g", bytes("2"));
        EventLog next = reopened();
        assertThat(after(next, first)).containsExactly("2");
        EventId third = next.append("g", bytes("3"));
        assertThat(after(next, first)).containsExactly("2", "3");
        assertThat(third.epoch()).isNotEqualTo(first.epoch());
        assertThat(next.after(new EventId("g", third.epoch(), first.number()))).isEmpty();
    }

    @Test
    void noIdAndNoStreamIsGivenOutTwice() throws Exception {
        EventLog log = store.events().create(SESSION);
        String stream = log.newStream("p");
        EventId id = log.append(stream, bytes("1"));
        EventLog next = reopened();
        assertThat(next.newStream("p")).isNotEqualTo(stream);
        assertThat(next.append(stream, bytes("2"))).isNotEqualTo(id);
        assertThat(EventId.parse(id.toString())).isEqualTo(id);
    }

    @Test
    @Requirement("proto.request-dedup")
    void aStreamThatWasLeftOpenEndsWithItsLastWordsOnce() throws Exception {
        EventLog log = store.events().create(SESSION);
        log.begin("open", bytes("interrupted"));
        EventId primed = log.append("open", bytes(""));
        log.begin("ended", bytes("interrupted"));
        EventId answered = log.append("ended", bytes(""));
        log.finish("ended", bytes("done"));
        EventLog next = reopened();
        assertThat(after(next, primed)).containsExactly("interrupted");
        assertThat(after(reopened(), primed)).containsExactly("interrupted");
        assertThat(answered).isNotEqualTo(primed);
    }

    @Test
    @Requirement("proto.request-dedup")
    void aStreamThatEndedHasNoLastWords() throws Exception {
        EventLog log = store.events().create(SESSION);
        log.begin("answered", bytes("interrupted"));
        EventId primed = log.append("answered", bytes(""));
        log.finish("answered", bytes("done"));
        assertThat(after(reopened(), primed)).containsExactly("done");
    }

    @Test
    void theEventsOfASessionEndWithIt() throws Exception {
        store.sessions().create(Records.session(SESSION, "ann", 1));
        store.sessions().create(Records.session(SESSION + "2", "ann", 1));
        EventLog log = store.events().create(SESSION);
        EventId gone = log.append("a", bytes("1"));
        EventLog other = store.events().create(SESSION + "2");
        EventId kept = other.append("a", bytes("1"));
        other.append("a", bytes("2"));
        store.sessions().delete(SESSION);
        assertThat(log.after(gone)).isEmpty();
        assertThat(after(other, kept)).containsExactly("2");
    }
}
