package io.erlmcp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.session.SessionRecord;
import io.erlmcp.testing.Requirement;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

@Requirement({"session.dets", "session.fields"})
class SessionCodecTest {
    /** What the code before wrote of {@link Records#full}, which had no metadata then. */
    private static final String FORMAT_1 =
            "01000000026964000000000000000700000006616e6e20c3bc00000000000000020000000472"
                    + "6561640000000577726974650000000a323032352d30332d3236010101010101010000002b7b"
                    + "22726f6f7473223a7b226c6973744368616e676564223a747275657d2c2278223a5b312c22c3"
                    + "a4225d7d0000002b7b22726f6f7473223a7b226c6973744368616e676564223a747275657d2c"
                    + "2278223a5b312c22c3a4225d7d0100000006636c69656e7401000000055469746c6500000003"
                    + "312e30010000000a77686174206974206973010000001368747470733a2f2f6578616d706c65"
                    + "2e6f726700000000000000010000001968747470733a2f2f6578616d706c652e6f72672f692e"
                    + "706e670100000009696d6167652f706e67000000000000000200000005343878343800000003"
                    + "616e7901000000046461726b00000008637269746963616c00000000000000020000000a7465"
                    + "73743a2f2f6f6e650000000a746573743a2f2f74776f01000000006a687da000000000075bcd"
                    + "15ffffffffff319121000000000000000033d5db1e";

    @Test
    void everyFieldIsReadAsItWasWritten() {
        SessionRecord session = Records.full("id");
        assertThat(SessionCodec.read(SessionCodec.write(session))).isEqualTo(session);
        SessionRecord small = Records.session("id", "ann", 5);
        assertThat(SessionCodec.read(SessionCodec.write(small))).isEqualTo(small);
        assertThat(SessionCodec.versionOf(SessionCodec.write(session))).isEqualTo(7);
    }

    @Test
    void aRecordOfBeforeThereWasMetadataIsReadAndHasNone() {
        byte[] before = HexFormat.of().parseHex(FORMAT_1);
        SessionRecord session = SessionCodec.read(before);
        SessionRecord full = Records.full("id");
        assertThat(session.metadata()).isEmpty();
        assertThat(session.subscriptions()).isEqualTo(full.subscriptions());
        assertThat(session.clientInfo()).isEqualTo(full.clientInfo());
        assertThat(session.created()).isEqualTo(full.created());
        assertThat(session.updated()).isEqualTo(full.updated());
        assertThat(session.initialized()).isTrue();
        assertThat(SessionCodec.versionOf(before)).isEqualTo(7);
        assertThat(SessionCodec.read(SessionCodec.write(session))).isEqualTo(session);
    }

    @Test
    void aSessionWithoutMetadataIsWrittenSoThatAnEarlierVersionReadsIt() {
        assertThat(SessionCodec.write(Records.session("id", "ann", 5))[0]).isEqualTo((byte) 1);
        assertThat(SessionCodec.write(Records.full("id"))[0]).isEqualTo((byte) 2);
    }

    @Test
    void aVersionThatIsNotKnownIsRefusedAndNamed() {
        byte[] record = SessionCodec.write(Records.full("id"));
        record[0] = SessionCodec.VERSION + 1;
        byte[] newer = Arrays.copyOf(record, record.length - Integer.BYTES);
        byte[] sealed =
                ByteBuffer.allocate(record.length)
                        .put(newer)
                        .putInt(BinaryWriter.checksum(newer, newer.length))
                        .array();
        assertThatThrownBy(() -> SessionCodec.read(sealed))
                .isInstanceOf(BinaryReader.Damaged.class)
                .hasMessageContaining("format 3")
                .hasMessageContaining("1 to 2");
    }

    @Test
    @Requirement("R03")
    void noFlippedBitAndNoShorterRecordIsRead() {
        byte[] record = SessionCodec.write(Records.full("id"));
        for (int bit = 0; bit < record.length * 8; bit++) {
            byte[] flipped = record.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> SessionCodec.read(flipped))
                    .isInstanceOf(BinaryReader.Damaged.class);
        }
        for (int length = 0; length < record.length; length++) {
            byte[] shorter = Arrays.copyOf(record, length);
            assertThatThrownBy(() -> SessionCodec.read(shorter))
                    .isInstanceOf(BinaryReader.Damaged.class);
        }
    }
}
