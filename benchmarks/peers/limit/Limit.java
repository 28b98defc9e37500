import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * What a machine can do at most: it reads the bytes of a request and writes the bytes of the right
 * answer, and parses nothing. Where id and text stand is looked up in the first request of a
 * connection; all that follow have the same length and are only counted and copied from.
 *
 * <p>It is no server: it trusts its one client, {@code ./erlmcp bench}.
 */
final class Limit {
    private static final int ID_DIGITS = 12;
    private static final byte[] ID = ascii("\"id\":");
    private static final byte[] TEXT = ascii("\"text\":\"");
    private static final byte[] QUOTE = ascii("\"");
    private static final byte[] END_OF_HEAD = ascii("\r\n\r\n");
    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final byte[] LINE = ascii("\r\n");
    private static final byte[] INITIALIZE = ascii("\"method\":\"initialize\"");
    private static final byte[] INITIALIZED = ascii("\"method\":\"notifications/initialized\"");
    private static final byte[] MODERN = ascii("io.modelcontextprotocol/");

    private static final String META =
            ",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"erlmcp-fixture\","
                    + "\"title\":\"erlmcp fixture\",\"version\":\"0.1.0-SNAPSHOT\"}}";
    private static final String SERVER =
            ",\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                    + "\"serverInfo\":{\"name\":\"limit\",\"version\":\"1\"}}}";

    private Limit() {}

    /** Arguments: the port. */
    public static void main(String[] args) throws InterruptedException {
        var loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        var channel =
                new ServerBootstrap()
                        .group(loops)
                        .channel(EpollServerSocketChannel.class)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel accepted) {
                                        accepted.pipeline().addLast(new Answers());
                                    }
                                })
                        .bind("127.0.0.1", Integer.parseInt(args[0]))
                        .sync()
                        .channel();
        int port = ((InetSocketAddress) channel.localAddress()).getPort();
        System.err.println("ready {\"mcp\":\"http://127.0.0.1:" + port + "/mcp\"}");
        channel.closeFuture().sync();
    }

    /** One connection. */
    private static final class Answers extends ChannelInboundHandlerAdapter {
        private final ByteBuf held = Unpooled.buffer(1024);
        private int requestLength;
        private int idAt;
        private int textAt;
        private int textLength;
        private byte[] answer = {};
        private int answerIdAt;
        private int answerTextAt;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf in = (ByteBuf) message;
            try {
                if (!held.isReadable() && requestLength > 0 && in.readableBytes() == requestLength) {
                    context.writeAndFlush(answer(context, in));
                    return;
                }
                held.writeBytes(in);
            } finally {
                in.release();
            }
            while (isWhole(context)) {
                ByteBuf answered = answer(context, held);
                held.skipBytes(requestLength).discardReadBytes();
                context.writeAndFlush(answered);
            }
        }

        private ByteBuf answer(ChannelHandlerContext context, ByteBuf request) {
            int from = request.readerIndex();
            ByteBuf out = context.alloc().directBuffer(answer.length);
            out.writeBytes(answer);
            out.setBytes(answerIdAt, request, from + idAt, ID_DIGITS);
            out.setBytes(answerTextAt, request, from + textAt, textLength);
            return out;
        }

        private boolean isWhole(ChannelHandlerContext context) {
            while (requestLength == 0 && held.isReadable() && learn(context)) {
                // the next message may be here already
            }
            return requestLength > 0 && held.readableBytes() >= requestLength;
        }

        /** Reads one message; true when it was there as a whole. */
        private boolean learn(ChannelHandlerContext context) {
            byte[] all = new byte[held.readableBytes()];
            held.getBytes(held.readerIndex(), all);
            int head = indexOf(all, END_OF_HEAD, 0);
            if (head < 0) {
                return false;
            }
            int number = indexOf(all, CONTENT_LENGTH, 0) + CONTENT_LENGTH.length;
            int end = indexOf(all, LINE, number);
            String digits = new String(all, number, end - number, StandardCharsets.US_ASCII);
            int body = head + END_OF_HEAD.length;
            int length = body + Integer.parseInt(digits);
            if (all.length < length) {
                return false;
            }
            idAt = indexOf(all, ID, body) + ID.length;
            if (indexOf(all, INITIALIZE, body) >= 0 || indexOf(all, INITIALIZED, body) >= 0) {
                String id = new String(all, idAt, ID_DIGITS, StandardCharsets.US_ASCII);
                String answered =
                        indexOf(all, INITIALIZE, body) >= 0
                                ? message("{\"jsonrpc\":\"2.0\",\"id\":" + id + SERVER)
                                : "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
                held.skipBytes(length).discardReadBytes();
                context.writeAndFlush(Unpooled.wrappedBuffer(ascii(answered)));
                return true;
            }
            textAt = indexOf(all, TEXT, body) + TEXT.length;
            textLength = indexOf(all, QUOTE, textAt) - textAt;
            makeAnswer(indexOf(all, MODERN, body) >= 0);
            requestLength = length;
            return true;
        }

        private void makeAnswer(boolean isModern) {
            String id = "0".repeat(ID_DIGITS);
            String text = "~".repeat(textLength);
            String whole =
                    message(
                            "{\"jsonrpc\":\"2.0\",\"id\":"
                                    + id
                                    + ",\"result\":{"
                                    + (isModern ? "\"resultType\":\"complete\"," : "")
                                    + "\"content\":[{\"type\":\"text\",\"text\":\""
                                    + text
                                    + "\"}]"
                                    + (isModern ? META : "")
                                    + "}}");
            answer = ascii(whole);
            int body = indexOf(answer, END_OF_HEAD, 0);
            answerIdAt = indexOf(answer, ascii(id), body);
            answerTextAt = indexOf(answer, ascii(text), body);
        }
    }

    private static String message(String body) {
        return "HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 00:00:00 GMT\r\n"
                + "content-type: application/json\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static int indexOf(byte[] all, byte[] wanted, int from) {
        for (int i = from; i <= all.length - wanted.length; i++) {
            int same = 0;
            while (same < wanted.length && all[i + same] == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                return i;
            }
        }
        return -1;
    }
}
