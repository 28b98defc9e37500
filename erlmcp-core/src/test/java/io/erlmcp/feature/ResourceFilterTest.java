package io.erlmcp.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.protocol.McpException;
import io.erlmcp.testing.Requirement;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@Requirement("proto.sub-filter")
class ResourceFilterTest {
    private static void refuses(String text, @Nullable String match, String... words) {
        assertThatThrownBy(() -> ResourceFilter.of(text, match))
                .isInstanceOf(McpException.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void aUriCoversItselfAlone() {
        ResourceFilter one = ResourceFilter.of("file:///logs", null);
        assertThat(one.isExact()).isTrue();
        assertThat(one.matches("file:///logs")).isTrue();
        assertThat(one.matches("file:///logs/a")).isFalse();
    }

    @Test
    void aPrefixCoversWhatBeginsWithIt() {
        ResourceFilter logs = ResourceFilter.of("file:///logs/", "prefix");
        assertThat(logs.matches("file:///logs/")).isTrue();
        assertThat(logs.matches("file:///logs/a/b")).isTrue();
        assertThat(logs.matches("file:///logs")).isFalse();
        assertThat(logs.isExact()).isFalse();
    }

    @Test
    void aTemplateIsToldByItsBraceAndCoversWhatItNames() {
        ResourceFilter logs = ResourceFilter.of("file:///logs/{day}", null);
        assertThat(logs.matches("file:///logs/monday")).isTrue();
        assertThat(logs.matches("file:///logs/monday/noon")).isFalse();
        assertThat(logs.begin()).isEqualTo("file:///logs/");
        assertThat(
                        ResourceFilter.of("file:///logs/{+path}", "template")
                                .matches("file:///logs/a/b"))
                .isTrue();
    }

    @Test
    void whatIsKeptAsATextIsReadAsTheSame() {
        ResourceFilter[] all = {
            ResourceFilter.of("a:b", null),
            ResourceFilter.of("a:b", "prefix"),
            ResourceFilter.of("a:{b}", null)
        };
        for (ResourceFilter filter : all) {
            assertThat(ResourceFilter.kept(filter.text())).isEqualTo(filter);
            assertThat(ResourceFilter.kept(filter.text()).isExact()).isEqualTo(filter.isExact());
        }
        assertThat(all).doesNotHaveDuplicates();
    }

    @Test
    void whatAnOlderVersionKeptAndIsNoTemplateStaysAUri() {
        assertThat(ResourceFilter.kept("a:{b").isExact()).isTrue();
    }

    @Test
    void whatCannotBeMeantIsRefusedByName() {
        refuses("a:b", "regex", "io.erlmcp/match", "exact, prefix or template", "regex");
        refuses("a:{b", null, "a:{b", "not closed");
        refuses("{+all}", null, "begins with text", "{+all}");
        refuses("", "prefix", "at least 1 character");
        refuses("a:{b}", "prefix", "no '{'", "a:{b}");
        refuses("a:{b}", "exact", "no '{'");
        refuses("a:b", "template", "has no variable");
    }
}
