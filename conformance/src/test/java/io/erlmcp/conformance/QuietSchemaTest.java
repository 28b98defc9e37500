package io.erlmcp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonSchema;
import io.erlmcp.testing.Requirement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Keywords that nobody knows, which peers may send by the thousand, are passed over in silence. */
@Requirement("security.parsing")
class QuietSchemaTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"$schema\":\"http://json-schema.org/draft-07/schema#\",",
                "\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","
            })
    void unknownKeywordsLeaveNothingInTheLog(String dialect) {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> heard = new ListAppender<>();
        heard.start();
        root.addAppender(heard);
        try {
            JsonSchema schema =
                    JsonSchema.compile(
                            Json.parseObject(
                                    "{"
                                            + dialect
                                            + "\"anyOf\":[{\"enum\":[\"a\"],\"enumNames\":[\"A\"]}],"
                                            + "\"x-unheard-of\":1}"));
            assertThat(schema.validate(Json.parse("\"a\""))).isEmpty();
            assertThat(schema.validate(Json.parse("\"b\""))).isNotEmpty();
        } finally {
            root.detachAppender(heard);
        }
        assertThat(heard.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
    }
}
