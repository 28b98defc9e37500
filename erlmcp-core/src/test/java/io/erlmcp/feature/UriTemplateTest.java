package io.erlmcp.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UriTemplateTest {
    @ParameterizedTest
    @CsvSource({
        "test://template/{id}/data, test://template/42/data, {id=42}",
        "test://template/{id}/data, test://template/a%20b/data, {id=a b}",
        "test://template/{id}/data, test://template/a%2Fb/data, {id=a/b}",
        "test://template/{id}/data, test://template/%C3%A9/data, {id=\u00e9}",
        "x:{a}-{b}, x:1-2-3, '{a=1, b=2-3}'",
        "x:{name}.{ending}, x:a.tar.gz, '{name=a, ending=tar.gz}'",
        "x:{a}/z, x:1/z, {a=1}",
        "file:///{+path}, file:///a/b/c.txt, {path=a/b/c.txt}",
        "file:///{+path}.txt, file:///a.txt/b.txt, {path=a.txt/b}",
        "x:{+a}/{b}, x:1/2/3, '{a=1/2, b=3}'",
        "'x:y{/a,b}', x:y/1/2, '{a=1, b=2}'",
        "'x:y{/a,b}', x:y/1, {a=1}",
        "'x:y{/a,b}', x:y, {}",
        "x:y{/a}/end, x:y/end, {}",
        "'x:y{?a,b}', 'x:y?b=2&a=1', '{b=2, a=1}'",
        "'x:y{?a,b}', 'x:y?a=', {a=}",
        "'x:y{?a,b}', x:y, {}",
        "'x:{p}{?a}', 'x:1?a=%3F', '{p=1, a=?}'",
    })
    void aUriThatMatchesGivesTheValues(String template, String uri, String values) {
        assertThat(UriTemplate.parse(template).match(uri).map(Map::toString)).hasValue(values);
    }

    @ParameterizedTest
    @CsvSource({
        "test://template/{id}/data, test://template//data",
        "test://template/{id}/data, test://template/a/b/data",
        "test://template/{id}/data, test://template/a?b/data",
        "test://template/{id}/data, test://template/a b/data",
        "test://template/{id}/data, test://template/42/datax",
        "test://template/{id}/data, xtest://template/42/data",
        "test://template/{id}/data, test://template/%/data",
        "test://template/{id}/data, test://template/%4/data",
        "test://template/{id}/data, test://template/%zz/data",
        "test://template/{id}/data, test://template/%00/data",
        "test://template/{id}/data, test://template/%FF/data",
        "test://template/{id}/data, test://template/%C0%AF/data",
        "test://template/{id}/data, test://template/\u00e9/data",
        "'x:y{?a,b}', 'x:y?c=1'",
        "'x:y{?a,b}', 'x:y?a=1&a=2'",
        "'x:y{?a,b}', 'x:y?a'",
        "'x:y{?a,b}', 'x:y?'",
        "x:y{/a}, x:y/1/2",
        "x:y{/a}, x:y/",
    })
    void aUriThatDoesNotMatchGivesNothing(String template, String uri) {
        assertThat(UriTemplate.parse(template).match(uri)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x:fixed",
                "x:{",
                "x:{}",
                "x:}",
                "x:{a",
                "x:{a,b}",
                "x:{a*}",
                "x:{a:3}",
                "x:{#a}",
                "x:{.a}x",
                "x:{;a}",
                "x:{&a}",
                "x:{a}{b}",
                "x:{a}/{a}",
                "x:{?a}/b",
                "x:{?a}{?b}",
                "x:?q=1{?a}",
                "{?a}"
            })
    void aTemplateThatIsNotUnderstoodIsRefusedByName(String template) {
        assertThatThrownBy(() -> UriTemplate.parse(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("URI template " + template + ':');
    }

    @Test
    void theLimitsOfATemplateAreReachedAndNotPassed() {
        String longest = "x:{a}" + "y".repeat(UriTemplate.MAX_TEMPLATE_CHARS - 5);
        assertThat(UriTemplate.parse(longest).match(longest.replace("{a}", "1"))).isPresent();
        assertThatThrownBy(() -> UriTemplate.parse(longest + "y")).hasMessageContaining("2048");

        String most = parts(UriTemplate.MAX_PARTS / 2);
        assertThat(UriTemplate.parse(most).match(most.replaceAll("[{}]", ""))).isPresent();
        assertThatThrownBy(() -> UriTemplate.parse(most + "/"))
                .hasMessageContaining("64 parts, has 65");
    }

    @Test
    @Requirement("security.parsing")
    void aUriPastTheLimitMatchesNothing() {
        UriTemplate template = UriTemplate.parse("x:{+a}");

        assertThat(template.match("x:" + "y".repeat(UriTemplate.MAX_URI_CHARS - 2))).isPresent();
        assertThat(template.match("x:" + "y".repeat(UriTemplate.MAX_URI_CHARS - 1))).isEmpty();
    }

    @Test
    @Requirement("security.parsing")
    void aUriMadeToTryEveryCombinationIsAnsweredAtOnce() {
        UriTemplate template = UriTemplate.parse(parts(30).replace("/", "-") + "!");
        String uri = "x-" + "a-".repeat(4_000);

        Assertions.assertTimeout(
                Duration.ofSeconds(2), () -> assertThat(template.match(uri)).isEmpty());
    }

    private static String parts(int pairs) {
        StringBuilder template = new StringBuilder();
        for (int i = 0; i < pairs; i++) {
            template.append(i == 0 ? "x:/" : "/").append("{a").append(i).append('}');
        }
        return template.toString();
    }
}
