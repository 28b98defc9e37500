package io.erlmcp.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

@Requirement("security.modern")
class SealedStatesTest {
    private static final byte[] CONTEXT = "ann tools/call".getBytes(StandardCharsets.UTF_8);
    private static final byte[] PLAIN = "what was answered".getBytes(StandardCharsets.UTF_8);

    private static byte[] key(int seed) {
        byte[] key = new byte[SealedStates.KEY_BYTES];
        Arrays.fill(key, (byte) seed);
        return key;
    }

    private static SealedStates with(int... seeds) {
        return new SealedStates(
                Arrays.stream(seeds).mapToObj(SealedStatesTest::key).toList(), new SecureRandom());
    }

    @Test
    void whatWasSealedOpensAndDoesNotShow() {
        String sealed = with(1).seal(PLAIN, CONTEXT);
        assertThat(sealed).doesNotContain("answered");
        assertThat(with(1).open(sealed, CONTEXT)).isEqualTo(PLAIN);
    }

    @Test
    void anotherContextDoesNotOpenIt() {
        String sealed = with(1).seal(PLAIN, CONTEXT);
        assertThat(with(1).open(sealed, "bob tools/call".getBytes(StandardCharsets.UTF_8)))
                .isNull();
    }

    @Test
    void everyChangedCharacterIsNoticed() {
        String sealed = with(1).seal(PLAIN, CONTEXT);
        for (int i = 0; i < sealed.length() - 1; i++) {
            char other = sealed.charAt(i) == 'A' ? 'B' : 'A';
            String changed = sealed.substring(0, i) + other + sealed.substring(i + 1);
            assertThat(with(1).open(changed, CONTEXT)).as("character " + i).isNull();
        }
        for (String nonsense :
                List.of("", "v1.", "v1.AAAA", "v2." + sealed.substring(3), sealed + "-TAMPERED")) {
            assertThat(with(1).open(nonsense, CONTEXT)).as(nonsense).isNull();
        }
    }

    @Test
    void aPreviousKeyStillOpensAndAForgottenOneDoesNot() {
        String sealed = with(1).seal(PLAIN, CONTEXT);
        assertThat(with(2, 1).open(sealed, CONTEXT)).isEqualTo(PLAIN);
        assertThat(with(2).open(sealed, CONTEXT)).isNull();
    }

    @Test
    void keysHave32Bytes() {
        assertThatThrownBy(() -> new SealedStates(List.of(new byte[31]), new SecureRandom()))
                .hasMessageContaining("32")
                .hasMessageContaining("31");
    }

    @Test
    void aUsedValueIsKnownUntilItExpiresAndAFullTableTakesNoMore() {
        UsedOnce used = new UsedOnce(2, Time.system());
        Duration hour = Duration.ofHours(1);
        assertThat(used.use("a", hour)).isEqualTo(UsedOnce.Outcome.FIRST_USE);
        assertThat(used.use("a", hour)).isEqualTo(UsedOnce.Outcome.USED_BEFORE);
        assertThat(used.use("b", hour)).isEqualTo(UsedOnce.Outcome.FIRST_USE);
        assertThat(used.use("c", hour)).isEqualTo(UsedOnce.Outcome.FULL);
        assertThat(used.use("a", hour)).isEqualTo(UsedOnce.Outcome.USED_BEFORE);
    }

    @Test
    void noOtherSpellingOfAStateOpens() {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        SealedStates seals = SealedStates.withRandomKey();
        byte[] context = {1};
        for (int length = 1; length <= 3; length++) {
            String state = seals.seal(new byte[length], context);
            assertThat(seals.open(state, context)).hasSize(length);
            String allButLast = state.substring(0, state.length() - 1);
            for (char last : alphabet.toCharArray()) {
                if (last != state.charAt(state.length() - 1)) {
                    assertThat(seals.open(allButLast + last, context)).isNull();
                }
            }
            assertThat(seals.open(state + "=", context)).isNull();
            assertThat(seals.open(state + "==", context)).isNull();
        }
    }
}
