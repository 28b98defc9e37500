package peer;

import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Spring AI with one tool, echo; stateless or with sessions as spring.ai.mcp.server.protocol says. */
@SpringBootApplication
public class Peer {
    public static void main(String[] args) {
        SpringApplication.run(Peer.class, args);
    }

    /** The tool. */
    @Component
    public static class Tools {
        @McpTool(name = "echo", description = "Answers its text")
        public String echo(String text) {
            return text;
        }
    }

    /** Says where it listens. */
    @EventListener
    public void started(WebServerInitializedEvent event) {
        System.err.println("ready {\"mcp\":\"http://127.0.0.1:" + event.getWebServer().getPort() + "/mcp\"}");
    }
}
