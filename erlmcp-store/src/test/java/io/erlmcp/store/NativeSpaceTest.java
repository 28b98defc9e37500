package io.erlmcp.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.EventId;
import io.erlmcp.session.EventLog;
import io.erlmcp.session.SessionLimits;
import io.erlmcp.testing.Requirement;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where events are put together for the engine. */
@Requirement({"transport.sse.store", "security.operations"})
class NativeSpaceTest {
    @TempDir Path folder;

    @Test
    void atTheBoundThereIsAPlaceAndOnePastItThereIsNoneUntilOneIsGivenBack() {
        NativeSpace space = new NativeSpace();
        List<ByteBuffer> taken = new ArrayList<>();
        for (int i = 0; i < NativeSpace.PLACES; i++) {
            ByteBuffer place = space.take(1);
            assertThat(place).isNotNull();
            taken.add(place);
        }
        assertThat(space.take(1)).isNull();
        taken.getFirst().putLong(1);
        space.giveBack(taken.getFirst());
        ByteBuffer again = space.take(1);
        assertThat(again).isSameAs(taken.getFirst());
        assertThat(again.position()).isZero();
        assertThat(space.take(1)).isNull();
    }

    @Test
    void whatFitsHasAPlaceAndOneByteMoreHasNone() {
        NativeSpace space = new NativeSpace();
        assertThat(space.take(NativeSpace.PLACE_BYTES)).isNotNull();
        assertThat(space.take(NativeSpace.PLACE_BYTES + 1)).isNull();
    }

    private static NativeSpace outOfMemory(AtomicBoolean isOut) {
        return new NativeSpace(
                bytes -> {
                    if (isOut.get()) {
                        throw new OutOfMemoryError("a test has it all");
                    }
                    return ByteBuffer.allocateDirect(bytes);
                });
    }

    @Test
    void withoutMemoryThereIsNoPlaceAndOnceThereIsSomeThereAreAsManyAsEver() {
        AtomicBoolean isOut = new AtomicBoolean(true);
        NativeSpace space = outOfMemory(isOut);
        for (int i = 0; i <= NativeSpace.PLACES; i++) {
            assertThat(space.take(1)).isNull();
        }
        isOut.set(false);
        for (int i = 0; i < NativeSpace.PLACES; i++) {
            assertThat(space.take(1)).isNotNull();
        }
        assertThat(space.take(1)).isNull();
    }

    @Test
    void withoutMemoryEventsAreKeptAllTheSame() throws Exception {
        AtomicBoolean isOut = new AtomicBoolean(true);
        try (DiskStore store =
                DiskStore.open(
                        StoreConfig.in(folder), Time.system(), Observer.NONE, outOfMemory(isOut))) {
            EventLog log = store.events().create("session");
            EventId first = log.append("s", filled(1));
            log.append("s", filled(2));
            isOut.set(false);
            log.append("s", filled(3));
            assertThat(log.after(first).orElseThrow())
                    .extracting(EventLog.Entry::data)
                    .containsExactly(filled(2), filled(3));
        }
    }

    @Test
    void anEventIsWrittenAsRecordsAre() {
        StoredEvent event = new StoredEvent("epoch ü", "g", new byte[] {1, 2, 3});
        byte[] plain =
                new BinaryWriter(StoredEvent.VERSION)
                        .text(event.epoch())
                        .text(event.stream())
                        .bytes(event.data())
                        .finish();
        assertThat(event.write()).isEqualTo(plain);
        ByteBuffer behind = ByteBuffer.allocateDirect(200).putLong(7);
        byte[] written = new byte[plain.length];
        int end = event.write(length -> behind).position();
        behind.get(Long.BYTES, written);
        assertThat(written).isEqualTo(plain);
        assertThat(end).isEqualTo(Long.BYTES + plain.length);
        assertThat(event.maxLength()).isGreaterThanOrEqualTo(plain.length);
    }

    @Test
    void eventsOfEverySizeAreReadAsTheyWereAppended() throws Exception {
        try (DiskStore store =
                DiskStore.open(
                        StoreConfig.in(folder)
                                .withEvents(new SessionLimits.EventBounds(100, 1 << 20, 1 << 20)),
                        Time.system(),
                        Observer.NONE)) {
            EventLog log = store.events().create("session");
            EventId first = log.append("s", new byte[0]);
            List<Integer> sizes = new ArrayList<>(List.of(0, 1, 1000, 200_000));
            for (int less = 0; less < 80; less += 10) {
                sizes.add(NativeSpace.PLACE_BYTES - less);
            }
            for (int size : sizes) {
                log.append("s", filled(size));
            }
            List<EventLog.Entry> read = log.after(first).orElseThrow();
            assertThat(read).hasSize(sizes.size());
            for (int i = 0; i < sizes.size(); i++) {
                assertThat(read.get(i).data()).isEqualTo(filled(sizes.get(i)));
            }
        }
    }

    private static byte[] filled(int size) {
        byte[] data = new byte[size];
        Arrays.fill(data, (byte) size);
        return data;
    }
}
