package io.erlmcp.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ByteBudget;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compression of messages, and how both sides agree on it. */
@Requirement("transport.ws.frames")
class DeflateTest {
    private static final ByteBudget ROOM = new ByteBudget(64 << 20);

    private static byte[] compressed(byte[] plain) {
        byte @Nullable [] shorter = Deflate.compress(plain, 0, plain.length);
        assertThat(shorter).isNotNull();
        return shorter;
    }

    private static byte[] expand(byte[] bytes, int most) {
        return Deflate.expand(bytes, 0, bytes.length, most, ROOM);
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 65_535, 65_536, 3_000_000})
    void whatIsCompressedComesBackAndLeavesNothingInTheBudget(int length) {
        byte[] plain =
                "{\"text\": \"ü\"} ".repeat(length / 16 + 1).getBytes(StandardCharsets.UTF_8);
        byte[] shorter = compressed(plain);
        assertThat(shorter.length).isLessThan(plain.length / 10);
        assertThat(expand(shorter, plain.length)).isEqualTo(plain);
        assertThat(ROOM.usedBytes()).isZero();
    }

    @Test
    void whatWouldNotBeShorterIsLeftAsItIs() {
        byte[] noise = new byte[10_000];
        new Random(1).nextBytes(noise);
        assertThat(Deflate.compress(noise, 0, noise.length)).isNull();
    }

    @Test
    @Requirement({"transport.ws.maxmsg", "security.parsing"})
    void aMessageThatExpandsBeyondTheLimitIsRefusedBeforeItTakesTheMemory() {
        byte[] bomb = compressed(new byte[200 << 20]);
        assertThat(bomb.length).isLessThan(300_000);
        ByteBudget watched = new ByteBudget((1 << 20) + 1);
        assertThatThrownBy(() -> Deflate.expand(bomb, 0, bomb.length, 1 << 20, watched))
                .isInstanceOfSatisfying(
                        CorruptedWebSocketFrameException.class,
                        e ->
                                assertThat(e.closeStatus())
                                        .isEqualTo(WebSocketCloseStatus.MESSAGE_TOO_BIG))
                .hasMessageContaining("1048576 bytes, expanded");
        assertThat(watched.usedBytes()).isZero();
        byte[] most = new byte[1 << 20];
        assertThat(expand(compressed(most), 1 << 20)).hasSize(1 << 20);
        assertThatThrownBy(() -> expand(compressed(most), (1 << 20) - 1))
                .isInstanceOf(CorruptedWebSocketFrameException.class);
    }

    @Test
    void aMessageThatDoesNotFitTheBudgetIsRefusedForNow() {
        ByteBudget small = new ByteBudget(100_000);
        byte[] shorter = compressed(new byte[200_000]);
        assertThatThrownBy(() -> Deflate.expand(shorter, 0, shorter.length, 1 << 20, small))
                .isInstanceOfSatisfying(
                        CorruptedWebSocketFrameException.class,
                        e ->
                                assertThat(e.closeStatus())
                                        .isEqualTo(WebSocketCloseStatus.TRY_AGAIN_LATER));
        assertThat(small.usedBytes()).isZero();
    }

    @Test
    void whatIsNotCompressedDataIsRefused() {
        byte[] good = compressed(new byte[5000]);
        byte[] broken = good.clone();
        Arrays.fill(broken, (byte) 0xff);
        assertThatThrownBy(() -> expand(broken, 1 << 20))
                .isInstanceOfSatisfying(
                        CorruptedWebSocketFrameException.class,
                        e ->
                                assertThat(e.closeStatus())
                                        .isEqualTo(WebSocketCloseStatus.INVALID_PAYLOAD_DATA));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate|true|''",
                "PerMessage-Deflate; client_max_window_bits|true|''",
                "permessage-deflate; client_no_context_takeover;"
                    + " server_no_context_takeover|true|''",
                "permessage-deflate; server_max_window_bits=15|true|; server_max_window_bits=15",
                "permessage-deflate; client_max_window_bits=\"8\"|true|''",
                "permessage-deflate; server_max_window_bits=10|false|''",
                "permessage-deflate; server_max_window_bits|false|''",
                "permessage-deflate; client_max_window_bits=16|false|''",
                "permessage-deflate; client_max_window_bits=08|false|''",
                "permessage-deflate; other|false|''",
                "permessage-deflate; client_no_context_takeover=1|false|''",
                "permessage-deflate; client_no_context_takeover;"
                    + " client_no_context_takeover|false|''",
                "x-webkit-deflate-frame|false|''"
            })
    void anOfferIsMetWithoutContextTakeoverOrNotAtAll(String offer, boolean isMet, String more) {
        assertThat(DeflateOffer.answer(List.of(offer)))
                .isEqualTo(isMet ? DeflateOffer.OFFER + more : null);
    }

    @Test
    void theFirstOfferThatCanBeMetIs() {
        assertThat(
                        DeflateOffer.answer(
                                List.of(
                                        "permessage-deflate; server_max_window_bits=9",
                                        "permessage-deflate")))
                .isEqualTo(DeflateOffer.OFFER);
        assertThat(DeflateOffer.answer(List.of())).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate; server_no_context_takeover|true",
                "permessage-deflate; server_no_context_takeover; server_max_window_bits=9|true",
                "permessage-deflate|false",
                "permessage-deflate; server_no_context_takeover; client_max_window_bits=9|false",
                "permessage-bzip2|false"
            })
    void aServerAgreesInWordsThatWereOffered(String answer, boolean isAccepted) {
        assertThat(DeflateOffer.isAccepted(answer)).isEqualTo(isAccepted);
    }
}
