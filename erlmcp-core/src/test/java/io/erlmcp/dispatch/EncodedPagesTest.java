package io.erlmcp.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.CacheHint;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.Tool;
import io.erlmcp.protocol.ToolAnnotations;
import io.erlmcp.testing.Requirement;
import io.erlmcp.wire.ResultMeta;
import io.erlmcp.wire.Wire;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pages that are kept as they were written are what would have been written. */
class EncodedPagesTest {
    private final EncodedPages pages = new EncodedPages();

    private static Tool tool(String name) {
        return new Tool(
                name,
                null,
                "What " + name + " does",
                JsonObject.of("type", "object"),
                null,
                ToolAnnotations.NONE,
                List.of(),
                JsonObject.EMPTY);
    }

    private static Page.Tools page(@Nullable String next, Tool... tools) {
        return new Page.Tools(List.of(tools), next, CacheHint.NONE);
    }

    private String kept(Page page, Revision revision) {
        JsonWriter out = new JsonWriter();
        pages.write(page, Wire.of(revision), ResultMeta.NONE, out);
        return new String(out.toByteArray(), StandardCharsets.UTF_8);
    }

    private static String written(Page page, Revision revision) {
        JsonWriter out = new JsonWriter();
        Wire.of(revision).writeResult(page, ResultMeta.NONE, out);
        return new String(out.toByteArray(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    void aPageThatIsAskedForAgainIsTheSame(Revision revision) {
        Tool one = tool("one");

        assertThat(kept(page(null, one), revision)).isEqualTo(written(page(null, one), revision));
        assertThat(kept(page(null, one), revision)).isEqualTo(written(page(null, one), revision));
    }

    @Test
    void otherEntriesOtherCursorsAndOtherRevisionsAreOtherBytes() {
        Tool one = tool("one");
        List<Page> all =
                List.of(
                        page(null, one),
                        page(null, tool("two")),
                        page("next", one),
                        page(null, one, tool("two")),
                        new Page.Tools(List.of(), null, CacheHint.NONE),
                        new Page.Prompts(List.of(), null, CacheHint.NONE));

        for (int round = 0; round < 2; round++) {
            for (Page page : all) {
                for (Revision revision : Revision.values()) {
                    assertThat(kept(page, revision)).isEqualTo(written(page, revision));
                }
            }
        }
    }

    @Test
    @Requirement("proto.json-fast")
    void askingAgainAllocatesNoMoreThanTheBytesOfTheAnswer() {
        Tool[] tools = IntStream.range(0, 50).mapToObj(i -> tool("tool-" + i)).toArray(Tool[]::new);
        Page page = page(null, tools);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long writing = 0;
        long keeping = Long.MAX_VALUE;
        for (int round = 0; round < 2_000; round++) {
            JsonWriter plain = new JsonWriter(64 * 1024);
            JsonWriter again = new JsonWriter(64 * 1024);
            long before = threads.getCurrentThreadAllocatedBytes();
            Wire.of(Revision.R2026_07_28).writeResult(page, ResultMeta.NONE, plain);
            long between = threads.getCurrentThreadAllocatedBytes();
            pages.write(page, Wire.of(Revision.R2026_07_28), ResultMeta.NONE, again);
            long after = threads.getCurrentThreadAllocatedBytes();
            writing += between - before; // a single round may look as if it took nothing
            keeping = Math.min(keeping, after - between);
        }

        assertThat(writing).isPositive();
        assertThat(keeping).isLessThanOrEqualTo(64);
    }

    @Test
    void whatIsTooLargeIsWrittenEachTime() {
        Tool large =
                new Tool(
                        "large",
                        null,
                        "x".repeat(EncodedPages.MOST_BYTES),
                        JsonObject.of("type", "object"),
                        null,
                        ToolAnnotations.NONE,
                        List.of(),
                        JsonObject.EMPTY);

        for (int round = 0; round < 2; round++) {
            assertThat(kept(page(null, large), Revision.R2025_11_25))
                    .isEqualTo(written(page(null, large), Revision.R2025_11_25));
        }
    }
}
