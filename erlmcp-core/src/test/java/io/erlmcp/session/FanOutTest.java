package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.Connection;
import io.erlmcp.transport.ConnectionHandler;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.PeerEvidence;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ten thousand subscribers of one resource, half of them of each era. */
@Requirement({"proto.sub-filter", "proto.resources"})
class FanOutTest {
    private static final int PEERS = 10_000;

    /** As long as a URI may be that is subscribed to, so that a copy would be seen. */
    private static final String URI = "test://" + "x".repeat(8_000);

    /** An entry in a queue and the like; a copy of the message is thirty times as much. */
    private static final long MAX_BYTES_FOR_ONE = 256;

    private final McpServer server = new Fixture().server();
    private final List<Peer> peers = new ArrayList<>();

    /** Counts what it is sent, and keeps the last of it. */
    private static final class Peer implements Connection {
        private final ConnectionHandler handler;
        private @Nullable SharedBytes begin;
        private byte[] end = NOTHING;
        private int heard;

        Peer(Endpoint endpoint) {
            handler = endpoint.connected(this);
        }

        void say(String json) {
            handler.message(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String name() {
            return "peer";
        }

        @Override
        public PeerEvidence evidence() {
            return new PeerEvidence("memory", null, Map.of());
        }

        @Override
        public void send(byte[] buffer, int offset, int length) {
            // answers and acknowledgements are tested elsewhere
        }

        @Override
        public void share(SharedBytes first, byte[] rest) {
            begin = first;
            end = rest;
            heard++;
        }

        @Override
        public boolean awaitWritable(Duration limit) {
            return true;
        }

        @Override
        public void close(String reason) {}

        JsonObject message() {
            byte[] first = begin == null ? NOTHING : begin.bytes();
            return Json.parseObject(
                    new String(first, StandardCharsets.UTF_8)
                            + new String(end, StandardCharsets.UTF_8));
        }
    }

    @BeforeEach
    void subscribe() {
        for (int i = 0; i < PEERS; i++) {
            Peer peer = new Peer(server.endpoint());
            if (i % 2 == 0) {
                peer.say(
                        "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{"
                                + "'protocolVersion':'2025-11-25','capabilities':{},"
                                + "'clientInfo':{'name':'p','version':'1'}}}");
                peer.say(
                        "{'jsonrpc':'2.0','id':1,'method':'resources/subscribe','params':{'uri':'"
                                + URI
                                + "'}}");
            } else {
                peer.say(
                        "{'jsonrpc':'2.0','id':"
                                + i
                                + ",'method':'subscriptions/listen','params':{"
                                + "'notifications':{'resourceSubscriptions':['"
                                + URI
                                + "']},'_meta':{"
                                + "'io.modelcontextprotocol/protocolVersion':'2026-07-28',"
                                + "'io.modelcontextprotocol/clientCapabilities':{}}}}");
            }
            peers.add(peer);
        }
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void eachHearsOnceAndAllOfAnEraShareTheBytes() {
        server.resourceUpdated(URI);
        for (int i = 0; i < PEERS; i++) {
            Peer peer = peers.get(i);
            assertThat(peer.heard).isEqualTo(1);
            assertThat(peer.begin).isSameAs(peers.get(i % 2).begin);
        }
        assertThat(peers.get(0).message().requireObject("params").toJson())
                .isEqualTo("{\"uri\":\"" + URI + "\"}");
        assertThat(peers.get(4_999).message().requireObject("params").requireObject("_meta"))
                .isEqualTo(JsonObject.of("io.modelcontextprotocol/subscriptionId", 4_999));
    }

    @Test
    void tellingOneMoreCostsNoCopyOfTheMessage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            server.resourceUpdated(URI);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least / PEERS).isLessThan(MAX_BYTES_FOR_ONE);
    }

    @Test
    void ofAnotherResourceNobodyHears() {
        server.resourceUpdated(URI + "y");
        assertThat(peers).allMatch(peer -> peer.heard == 0);
    }
}
