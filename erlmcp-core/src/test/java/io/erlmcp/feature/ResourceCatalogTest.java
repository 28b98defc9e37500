package io.erlmcp.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.protocol.CacheHint;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.Resource;
import io.erlmcp.protocol.ResourceContents;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@Requirement("proto.resources")
class ResourceCatalogTest {
    private final CallContext context = new FakeCallContext();
    private final ResourceCatalog catalog =
            new ResourceCatalog(
                    CatalogConfig.DEFAULTS
                            .withPageSize(2)
                            .withCache(new CacheHint(Duration.ofSeconds(5), true)));

    @Test
    void aFixedResourceComesBeforeATemplateThatMatches() throws Exception {
        catalog.add(ResourceTemplateSpec.of("x:{id}", "family", null, this::echo));
        catalog.add(
                ResourceSpec.of(
                        "x:fixed", "fixed", null, (uri, variables, call) -> text(uri, "fixed")));

        assertThat(read("x:fixed")).isEqualTo("fixed");
        assertThat(read("x:other")).isEqualTo("{id=other}");
    }

    @Test
    void theFirstTemplateThatMatchesReads() throws Exception {
        catalog.add(ResourceTemplateSpec.of("x:{id}", "first", null, this::echo));
        catalog.add(ResourceTemplateSpec.of("x:{+path}", "second", null, this::echo));

        assertThat(read("x:1")).isEqualTo("{id=1}");
        assertThat(read("x:1/2")).isEqualTo("{path=1/2}");
    }

    @Test
    void whatNobodyHasIsNotFoundWithItsUri() {
        assertThatThrownBy(() -> read("x:1"))
                .isInstanceOfSatisfying(
                        McpException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(ErrorCode.LEGACY_RESOURCE_NOT_FOUND);
                            assertThat(String.valueOf(e.data())).contains("x:1");
                        });
    }

    @Test
    void theListGoesOnWithTheProviders() throws Exception {
        for (int i = 0; i < 3; i++) {
            catalog.add(ResourceSpec.of("x:" + i, "r" + i, null, this::echo));
        }
        catalog.add(new FixedProvider("p", 2));
        catalog.add(new FixedProvider("q", 1));

        assertThat(uris()).containsExactly("x:0", "x:1", "x:2", "p:0", "p:1", "q:0");
        assertThat(read("p:1")).isEqualTo("p:1");
        assertThat(catalog.isDynamic()).isTrue();
    }

    @Test
    void aListOfProvidersOnlyBeginsWithTheFirst() throws Exception {
        catalog.add(new FixedProvider("p", 2));

        Page.Resources page = catalog.list(null);

        assertThat(page.resources()).extracting(Resource::uri).containsExactly("p:0");
        assertThat(page.cache()).isEqualTo(new CacheHint(Duration.ofSeconds(5), true));
        assertThat(uris()).containsExactly("p:0", "p:1");
    }

    @Test
    void aCursorOfAProviderThatIsNotThereIsRefused() throws Exception {
        catalog.add(new FixedProvider("p", 2));

        for (String text : List.of("1", "-1", "x", "", "1:a", "99999999999")) {
            String cursor = new Cursor("provider", text).encode();
            assertThatThrownBy(() -> catalog.list(cursor))
                    .isInstanceOf(McpException.class)
                    .hasMessageContaining(cursor);
        }
        assertThatThrownBy(() -> catalog.listTemplates("")).isInstanceOf(McpException.class);
    }

    @Test
    void templatesArePagedOnTheirOwn() {
        for (int i = 0; i < 3; i++) {
            catalog.add(ResourceTemplateSpec.of("x" + i + ":{id}", "t" + i, null, this::echo));
        }

        Page.ResourceTemplates first = catalog.listTemplates(null);

        assertThat(first.resourceTemplates()).hasSize(2);
        assertThat(catalog.listTemplates(first.nextCursor()).resourceTemplates()).hasSize(1);
    }

    @Test
    void everyChangeIsHeardAndCounted() {
        AtomicInteger heard = new AtomicInteger();
        catalog.onChange(heard::incrementAndGet);
        ResourceSpec spec = ResourceSpec.of("x:1", "r", null, this::echo);
        ResourceTemplateSpec template = ResourceTemplateSpec.of("y:{id}", "t", null, this::echo);

        catalog.add(spec);
        catalog.add(template);
        catalog.add(new FixedProvider("p", 1));
        catalog.replace(spec.title("R"));
        catalog.replace(template.title("T"));
        assertThat(catalog.remove("x:1")).isTrue();
        assertThat(catalog.remove("y:{id}")).isTrue();
        assertThat(catalog.remove("y:{id}")).isFalse();

        assertThat(heard).hasValue(7);
        assertThat(catalog.version()).isEqualTo(7);
    }

    @Test
    void theSameUriTwiceIsRefused() {
        catalog.add(ResourceSpec.of("x:1", "r", null, this::echo));
        catalog.add(ResourceTemplateSpec.of("x:{id}", "t", null, this::echo));

        assertThatThrownBy(() -> catalog.add(ResourceSpec.of("x:1", "again", null, this::echo)))
                .hasMessageContaining("x:1");
        assertThatThrownBy(
                        () ->
                                catalog.add(
                                        ResourceTemplateSpec.of(
                                                "x:{id}", "again", null, this::echo)))
                .hasMessageContaining("x:{id}");
    }

    @Test
    void aHundredProvidersAreTheLimit() {
        for (int i = 0; i < 100; i++) {
            catalog.add(new FixedProvider("p" + i, 1));
        }

        assertThatThrownBy(() -> catalog.add(new FixedProvider("p", 1)))
                .hasMessageContaining("100");
    }

    private ReadResourceResult echo(String uri, Map<String, String> variables, CallContext call) {
        return text(uri, variables.toString());
    }

    private static ReadResourceResult text(String uri, String text) {
        return ReadResourceResult.of(ResourceContents.text(uri, null, text));
    }

    private String read(String uri) throws Exception {
        return ((ResourceContents.Text) catalog.read(uri, context).contents().getFirst()).text();
    }

    private List<String> uris() throws Exception {
        List<String> uris = new ArrayList<>();
        String cursor = null;
        do {
            Page.Resources page = catalog.list(cursor);
            page.resources().forEach(it -> uris.add(it.uri()));
            cursor = page.nextCursor();
        } while (cursor != null);
        return uris;
    }

    /** {@code count} resources, one on each page. */
    private record FixedProvider(String scheme, int count) implements ResourceProvider {
        @Override
        public Page.Resources list(@Nullable String cursor) {
            int index = cursor == null ? 0 : Integer.parseInt(cursor);
            String uri = scheme + ':' + index;
            String next = index + 1 < count ? Integer.toString(index + 1) : null;
            return new Page.Resources(List.of(Resource.of(uri, uri, null)), next, CacheHint.NONE);
        }

        @Override
        public Optional<ReadResourceResult> read(String uri, CallContext context) {
            return uri.startsWith(scheme + ':') ? Optional.of(text(uri, uri)) : Optional.empty();
        }
    }
}
