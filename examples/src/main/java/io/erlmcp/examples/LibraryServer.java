package io.erlmcp.examples;

import io.erlmcp.feature.Complete;
import io.erlmcp.feature.Hint;
import io.erlmcp.feature.Prompt;
import io.erlmcp.feature.Resource;
import io.erlmcp.feature.ResourceTemplate;
import io.erlmcp.feature.Tool;
import io.erlmcp.feature.ToolFailure;
import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.protocol.McpException;
import io.erlmcp.server.McpServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;

/** A server over HTTP with tools, resources, a template, a prompt, and completion of arguments. */
public final class LibraryServer implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** A book; its members become the tool's output schema. */
    public record Book(String title, String author, int year) {}

    private final Map<String, Book> shelf = new ConcurrentSkipListMap<>();
    private final McpServer server;
    private final HttpServer http;

    private LibraryServer(int port) {
        shelf.put("emma", new Book("Emma", "Jane Austen", 1815));
        shelf.put("ulysses", new Book("Ulysses", "James Joyce", 1922));
        server = McpServer.builder("library", "1.0").title("A library").annotated(this).build();
        http =
                HttpServer.start(
                        HttpServerConfig.defaults().withPort(port),
                        List.of(new HttpRoute("/mcp", server.endpoint()::handle)));
    }

    /** Starts on a port of the loopback address; 0 picks a free one. */
    public static LibraryServer start(int port) {
        return new LibraryServer(port);
    }

    public String url() {
        return "http://127.0.0.1:" + http.port() + "/mcp";
    }

    @Tool(description = "Finds books by a part of their title", readOnly = Hint.YES)
    public List<Book> search(String part) {
        return shelf.values().stream().filter(book -> book.title().contains(part)).toList();
    }

    /** Puts a book on the shelf, and tells those who watch the catalogue. */
    @Tool(description = "Adds a book", idempotent = Hint.YES)
    public String add(String id, Book book) {
        if (shelf.putIfAbsent(id, book) != null) {
            throw new ToolFailure("There is a book with the id " + id + " already");
        }
        server.resourceUpdated("library://catalogue");
        return "Added " + book.title();
    }

    @Resource(uri = "library://catalogue", mimeType = "text/plain")
    public String catalogue() {
        return String.join("\n", shelf.keySet());
    }

    @ResourceTemplate(uriTemplate = "library://books/{id}", mimeType = "application/json")
    public String book(String id) {
        Book book = shelf.get(id);
        if (book == null) {
            throw McpException.resourceNotFound("library://books/" + id);
        }
        return "%s, by %s (%d)".formatted(book.title(), book.author(), book.year());
    }

    @Prompt(description = "Asks for a review of a book")
    public String review(String id) {
        return "Write a review of the book library://books/" + id;
    }

    @Complete(prompt = "review", argument = "id")
    public List<String> ids(String typed) {
        return shelf.keySet().stream().filter(id -> id.startsWith(typed)).toList();
    }

    @Override
    public void close() {
        http.stopAccepting();
        server.drain(GRACE);
        server.close();
        http.close(GRACE);
    }

    public static void main(String[] args) throws InterruptedException {
        try (LibraryServer library = start(8080)) {
            new CountDownLatch(1).await();
        }
    }
}
