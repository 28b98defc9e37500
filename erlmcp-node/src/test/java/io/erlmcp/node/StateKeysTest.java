package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.config.ConfigLoader;
import io.erlmcp.config.NodeConfig;
import io.erlmcp.testing.Requirement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Requirement("security.modern")
class StateKeysTest {
    @TempDir Path folder;

    @Test
    void withoutKeysAndFolderTheServerMakesItsOwn() throws Exception {
        assertThat(keys(config(Map.of()))).isEmpty();
    }

    @Test
    void theKeyInTheFolderIsMadeOnceAndForTheOwnerAlone() throws Exception {
        Path made = folder.resolve("made/on/first/use");
        NodeConfig config = config(Map.of("data.dir", made.toString()));

        List<byte[]> first = keys(config);
        List<byte[]> second = keys(config);

        assertThat(first).hasSize(1);
        assertThat(first.getFirst()).hasSize(32).isEqualTo(second.getFirst());
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(made.resolve("state.key"))))
                .isEqualTo("rw-------");
        try (var files = Files.list(made)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("state.key", "lock");
        }
    }

    @Test
    void aDamagedKeyIsRefusedWithAWayOut() throws Exception {
        Files.write(folder.resolve("state.key"), new byte[31]);

        assertThatThrownBy(() -> keys(config(Map.of("data.dir", folder.toString()))))
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

        assertThat(keys(config(both))).singleElement().isEqualTo(key);
    }

    @Test
    void aFolderServesOneNodeAtATime() throws Exception {
        NodeConfig config = config(Map.of("data.dir", folder.toString()));
        try (DataFolder first = DataFolder.open(config, Map.of())) {
            assertThat(first.path()).contains(folder);
            assertThatThrownBy(() -> DataFolder.open(config, Map.of()))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("another node uses it");
        }
        try (DataFolder again = DataFolder.open(config, Map.of())) {
            assertThat(again.path()).contains(folder);
        }
    }

    @Test
    void theUsualFolderIsNamedAfterTheServerAndASecondNodeGoesOnWithoutIt() throws Exception {
        Map<String, String> environment = Map.of("XDG_STATE_HOME", folder.toString());
        NodeConfig config = config(Map.of("server.name", "my node"));
        try (DataFolder first = DataFolder.open(config, environment);
                DataFolder second = DataFolder.open(config, environment)) {
            assertThat(first.path()).contains(folder.resolve("erlmcp/my_node"));
            assertThat(second.path()).isEmpty();
        }
    }

    @Test
    void aNodeOnStdioKeepsNothingUnlessItIsToldWhere() throws Exception {
        Map<String, String> environment = Map.of("XDG_STATE_HOME", folder.toString());
        try (DataFolder none =
                DataFolder.open(config(Map.of("http.enabled", "false")), environment)) {
            assertThat(none.path()).isEmpty();
        }
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    private static List<byte[]> keys(NodeConfig config) throws StartException {
        boolean kept = !config.data().dir().isEmpty();
        if (!kept) {
            return StateKeys.of(config, Optional.empty());
        }
        try (DataFolder data = DataFolder.open(config, Map.of())) {
            return StateKeys.of(config, data.path());
        }
    }

    private static NodeConfig config(Map<String, String> flags) throws Exception {
        return ConfigLoader.load(null, Map.of(), flags).config();
    }
}
