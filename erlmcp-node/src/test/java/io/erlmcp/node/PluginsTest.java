package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.builtin.BuiltinProvider;
import io.erlmcp.feature.Catalogs;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.PromptCatalog;
import io.erlmcp.feature.ResourceCatalog;
import io.erlmcp.feature.RunningNode;
import io.erlmcp.feature.ToolCatalog;
import io.erlmcp.feature.ToolProvider;
import io.erlmcp.testkit.MemoryNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginsTest {
    private static final String SOURCE =
            """
            package plug;

            public final class Extra implements io.erlmcp.feature.ToolProvider {
                @Override
                public java.util.List<io.erlmcp.feature.Feature> features() {
                    return java.util.List.of();
                }
            }
            """;

    @TempDir Path folder;

    @Test
    void aJarIsLoadedByAClassLoaderOfItsOwn() throws Exception {
        jar("extra.jar", "plug.Extra");

        try (Plugins plugins = Plugins.load(List.of("extra.jar"), folder)) {
            ToolProvider provider = plugins.providers().getFirst();
            assertThat(provider.getClass().getName()).isEqualTo("plug.Extra");
            assertThat(provider.getClass().getClassLoader())
                    .isNotSameAs(getClass().getClassLoader());
            assertThat(plugins.providers()).hasSize(1);
        }
    }

    @Test
    void aJarThatNamesNoProviderIsRefused() throws Exception {
        jar("empty.jar", "");

        assertThatThrownBy(() -> Plugins.load(List.of("empty.jar"), folder))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(
                        "empty.jar: names no provider in"
                                + " META-INF/services/io.erlmcp.feature.ToolProvider");
    }

    @Test
    void aJarThatNamesAMissingClassIsRefused() throws Exception {
        jar("wrong.jar", "plug.Missing");

        assertThatThrownBy(() -> Plugins.load(List.of("wrong.jar"), folder))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("plug.Missing");
    }

    @Test
    void aClassNameIsLoadedFromTheClassPathAndNothingMeansTheBuiltInTools() throws Exception {
        try (Plugins plugins = Plugins.load(List.of(BuiltinProvider.class.getName()), folder)) {
            assertThat(plugins.providers()).singleElement().isInstanceOf(BuiltinProvider.class);
        }
        try (Plugins plugins = Plugins.load(List.of(), folder)) {
            assertThat(plugins.providers()).singleElement().isInstanceOf(BuiltinProvider.class);
        }
    }

    /** Offers nothing; fails where it is told to. */
    public static class Failing implements ToolProvider {
        private static final List<String> TOLD = new CopyOnWriteArrayList<>();

        /** For the node. */
        public Failing() {}

        @Override
        public List<Feature> features() {
            return List.of();
        }

        @Override
        public void started(Catalogs catalogs, RunningNode node) {
            TOLD.add("started");
            throw new IllegalStateException("no weather");
        }

        @Override
        public void stopping() {
            TOLD.add("stopping");
            throw new IllegalStateException("no weather, either");
        }
    }

    @Test
    void oneThatFailsToStartIsNamedAndToldOfTheStopWhichItMayFailAsWell() throws Exception {
        Failing.TOLD.clear();
        Catalogs catalogs =
                new Catalogs(
                        new ToolCatalog(), new PromptCatalog(), new ResourceCatalog(), uri -> {});
        try (Plugins plugins = Plugins.load(List.of(Failing.class.getName()), folder)) {
            plugins.stopping();
            assertThat(Failing.TOLD).as("nothing was started").isEmpty();

            assertThatThrownBy(() -> plugins.started(catalogs, it -> new MemoryNode(it.path())))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining(
                            "plugins/io.erlmcp.node.PluginsTest_Failing failed to start:"
                                    + " java.lang.IllegalStateException: no weather");
            plugins.stopping();
            plugins.stopping();
            assertThat(Failing.TOLD).containsExactly("started", "stopping");
        }
    }

    @Test
    void twoOfTheSameNameAreRefused() {
        String name = BuiltinProvider.class.getName();

        assertThatThrownBy(() -> Plugins.load(List.of(name, name), folder))
                .isInstanceOf(StartException.class)
                .hasMessage("plugins: there are two plugins/" + name);
    }

    private void jar(String name, String provider) throws IOException {
        Path source = Files.writeString(folder.resolve("Extra.java"), SOURCE);
        JavaCompiler compiler = javax.tools.ToolProvider.getSystemJavaCompiler();
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path", ""));
        int code =
                compiler.run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        classPath,
                        "-d",
                        folder.toString(),
                        source.toString());
        assertThat(code).isZero();
        try (OutputStream file = Files.newOutputStream(folder.resolve(name));
                JarOutputStream jar = new JarOutputStream(file)) {
            put(jar, "plug/Extra.class", Files.readAllBytes(folder.resolve("plug/Extra.class")));
            put(
                    jar,
                    "META-INF/services/io.erlmcp.feature.ToolProvider",
                    provider.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void put(JarOutputStream jar, String name, byte[] content) throws IOException {
        jar.putNextEntry(new ZipEntry(name));
        jar.write(content);
        jar.closeEntry();
    }
}
