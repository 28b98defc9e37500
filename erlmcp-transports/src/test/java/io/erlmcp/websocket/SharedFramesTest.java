package io.erlmcp.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.network.Waiting;
import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.testing.Requirement;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

/** Messages that many peers share, in frames of each length of head, of text and of bytes. */
@Requirement("proto.sub-filter")
class SharedFramesTest {
    private static final byte[] END = {'1', '}', '}'};

    @Test
    void onTheWireTheyAreAsAllOthers() {
        for (boolean binary : new boolean[] {false, true}) {
            for (int length : new int[] {0, 122, 123, 65_532, 65_533, 70_000}) {
                WebSocketFraming framing = new WebSocketFraming(false);
                framing.speaks(binary);
                SharedBytes begin = SharedBytes.of(new byte[length]);
                byte[] whole = new byte[length + END.length];
                System.arraycopy(END, 0, whole, length, END.length);
                Waiting shared = framing.message(begin, END);
                ByteBuf out = Unpooled.buffer();
                shared.writeTo(out);
                byte[] written = new byte[out.readableBytes()];
                out.readBytes(written);
                assertThat(written).isEqualTo(framing.message(whole, 0, whole.length));
                assertThat(shared.shared()).isSameAs(begin);
            }
        }
    }
}
