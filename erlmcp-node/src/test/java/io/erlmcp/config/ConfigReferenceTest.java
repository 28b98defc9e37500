package io.erlmcp.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ConfigReferenceTest {
    @Test
    void theReferenceIsTheOneInTheDocuments() throws IOException {
        Path golden = Path.of("../docs/config.md");
        if ("update".equals(System.getProperty("golden"))) {
            Files.createDirectories(golden.getParent());
            Files.writeString(golden, ConfigReference.markdown());
        }

        assertThat(golden)
                .as("run with -Dgolden=update after changing a key")
                .hasContent(ConfigReference.markdown());
    }

    @Test
    void theSchemaIsJsonAndNamesEveryKey() {
        JsonNode schema = JsonMapper.shared().readTree(ConfigReference.jsonSchema());

        for (ConfigKey key : ConfigKey.all()) {
            String pointer = "/properties/" + key.path().replace(".", "/properties/");
            assertThat(schema.at(pointer).isMissingNode()).as(key.path()).isFalse();
            if (!key.isSection()) {
                assertThat(schema.at(pointer).has("default")).as(key.path()).isTrue();
            }
        }
    }
}
