package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.config.ConfigLoader;
import io.erlmcp.config.NodeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateKeysTest {
    @TempDir Path folder;

    @Test
    void withoutKeysAndFolderTheServerMakesItsOwn() throws Exception {
        assertThat(StateKeys.of(config(Map.of()))).isEmpty();
    }

    @Test
    void theKeyInTheFolderIsMadeOnceAndForTheOwnerAlone() throws Exception {
        Path made = folder.resolve("made/on/first/use");
        NodeConfig config = config(Map.of("data.dir", made.toString()));

        List<byte[]> first = StateKeys.of(config);
        List<byte[]> second = StateKeys.of(config);

        assertThat(first).hasSize(1);
        assertThat(first.getFirst()).hasSize(32).isEqualTo(second.getFirst());
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(made.resolve("state.key"))))
                .isEqualTo("rw-------");
        try (var files = Files.list(made)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aDamagedKeyIsRefusedWithAWayOut() throws Exception {
        Files.write(folder.resolve("state.key"), new byte[31]);

        assertThatThrownBy(() -> StateKeys.of(config(Map.of("data.dir", folder.toString()))))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("has 31 bytes, must have 32; remove it to get a new one");
    }

    @Test
    void configuredKeysWin() throws Exception {
        byte[] key = new byte[32];
        key[0] = 7;
        Map<String, String> both =
                Map.of(
                        "data.dir", folder.toString(),
                        "security.state_keys", Base64.getEncoder().encodeToString(key));

        assertThat(StateKeys.of(config(both))).singleElement().isEqualTo(key);
    }

    private static NodeConfig config(Map<String, String> flags) throws Exception {
        return ConfigLoader.load(null, Map.of(), flags).config();
    }
}
