package io.erlmcp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.session.SessionRecord;
import io.erlmcp.testing.Requirement;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

@Requirement("session.dets")
class SessionCodecTest {
    @Test
    void everyFieldIsReadAsItWasWritten() {
        SessionRecord session = Records.full("id");
        assertThat(SessionCodec.read(SessionCodec.write(session))).isEqualTo(session);
        SessionRecord small = Records.session("id", "ann", 5);
        assertThat(SessionCodec.read(SessionCodec.write(small))).isEqualTo(small);
        assertThat(SessionCodec.versionOf(SessionCodec.write(session))).isEqualTo(7);
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
                .hasMessageContaining("format 2")
                .hasMessageContaining("1 to 1");
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
