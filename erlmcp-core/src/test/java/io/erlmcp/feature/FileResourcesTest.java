package io.erlmcp.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.Resource;
import io.erlmcp.protocol.ResourceContents;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Requirement({"security.parsing", "proto.path-canon"})
class FileResourcesTest {
    private static final String SECRET = "secret outside the root";

    @TempDir Path folder;

    private Path root;
    private FileResources files;

    @BeforeEach
    void makeFiles() throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        Files.writeString(folder.resolve("secret.txt"), SECRET);
        Files.createDirectories(folder.resolve("root-next"));
        Files.writeString(folder.resolve("root-next/secret.txt"), SECRET);
        Files.writeString(root.resolve("a.txt"), "alpha");
        Files.createDirectories(root.resolve("sub/deep"));
        Files.writeString(root.resolve("sub/b c.md"), "beta");
        Files.writeString(root.resolve("sub/deep/100%25.txt"), "percent");
        Files.write(root.resolve("z.bin"), new byte[] {0, 1, 2, (byte) 0xff});
        Files.writeString(root.resolve(".hidden"), "hidden");
        files = FileResources.of(root);
    }

    @Test
    void filesAreListedInOrderWithTypeAndSize() {
        List<Resource> resources = files.list(null).resources();

        assertThat(resources)
                .extracting(Resource::uri)
                .containsExactly(
                        "file:///a.txt",
                        "file:///sub/b%20c.md",
                        "file:///sub/deep/100%2525.txt",
                        "file:///z.bin");
        assertThat(resources.getFirst().name()).isEqualTo("a.txt");
        assertThat(resources.getFirst().mimeType()).isEqualTo("text/plain");
        assertThat(resources.getFirst().size()).isEqualTo(5);
        assertThat(resources.get(1).mimeType()).isEqualTo("text/markdown");
        assertThat(resources.getLast().mimeType()).isNull();
    }

    @Test
    void everyListedFileCanBeRead() throws Exception {
        for (Resource resource : files.list(null).resources()) {
            assertThat(files.read(resource.uri(), new FakeCallContext())).isPresent();
        }
    }

    @Test
    void textIsReadAsTextAndBytesAsBytes() throws Exception {
        assertThat(read("file:///sub/b%20c.md"))
                .isEqualTo(ResourceContents.text("file:///sub/b%20c.md", "text/markdown", "beta"));
        assertThat(read("file:///z.bin"))
                .isEqualTo(
                        ResourceContents.blob(
                                "file:///z.bin",
                                "application/octet-stream",
                                new byte[] {0, 1, 2, (byte) 0xff}));
        Files.write(root.resolve("broken.txt"), new byte[] {'a', (byte) 0xc0, (byte) 0xaf});
        assertThat(((ResourceContents.Blob) read("file:///broken.txt")).blob())
                .isEqualTo(
                        Base64.getEncoder()
                                .encodeToString(new byte[] {'a', (byte) 0xc0, (byte) 0xaf}));
        Files.writeString(root.resolve("empty"), "");
        assertThat(((ResourceContents.Text) read("file:///empty")).text()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///../secret.txt",
                "file:///sub/../../secret.txt",
                "file:///sub/../a.txt",
                "file:///./a.txt",
                "file:///%2e%2e/secret.txt",
                "file:///%2E%2E/secret.txt",
                "file:///.%2e/secret.txt",
                "file:///%2e%2e%2fsecret.txt",
                "file:///..%2fsecret.txt",
                "file:///..%5csecret.txt",
                "file:///..\\secret.txt",
                "file:///%252e%252e/secret.txt",
                "file:///%252e%252e%252fsecret.txt",
                "file:///sub%2fb%20c.md",
                "file:///%c0%ae%c0%ae/secret.txt",
                "file:///%c0%af",
                "file:///../root-next/secret.txt",
                "file:////etc/passwd",
                "file:///etc/passwd",
                "file:///%2fetc%2fpasswd",
                "file:///C:/Windows/win.ini",
                "file:///C%3A%5CWindows%5Cwin.ini",
                "file:///a.txt%00",
                "file:///a.txt%00.png",
                "file:///a.txt\u0000",
                "file:///a.txt%0a",
                "file:///a.txt/",
                "file:///a.txt/x",
                "file:///a.txt?x",
                "file:///a.txt#x",
                "file:///a.txt%",
                "file:///a.txt%2",
                "file:///a.txt%zz",
                "file:///sub//b%20c.md",
                "file:///sub",
                "file:///sub/",
                "file:///",
                "file:///.",
                "file:///.hidden",
                "file:///%2ehidden",
                "file:///A.TXT",
                "file://host/a.txt",
                "file:/a.txt",
                "FILE:///a.txt",
                "http:///a.txt",
                "/a.txt",
                "a.txt",
                "",
                "file:///~/a.txt",
                "file:///proc/self/environ",
                "file:///\u00e9",
            })
    void whatIsNotAPlainPathToAFileInsideIsNotThere(String uri) throws Exception {
        assertThat(files.read(uri, new FakeCallContext())).isEmpty();
    }

    @Test
    void theCatalogSaysNotFoundAndNothingOfTheRoot() {
        ResourceCatalog catalog = new ResourceCatalog();
        catalog.add(files);

        assertThatThrownBy(() -> catalog.read("file:///../secret.txt", new FakeCallContext()))
                .isInstanceOf(McpException.class)
                .hasMessage("Resource not found: file:///../secret.txt")
                .hasNoCause();
    }

    @Test
    void linksThatLeadOutAreNotFollowed() throws Exception {
        Files.createSymbolicLink(root.resolve("out.txt"), folder.resolve("secret.txt"));
        Files.createSymbolicLink(root.resolve("relative.txt"), Path.of("../secret.txt"));
        Files.createSymbolicLink(root.resolve("outside"), folder);
        Files.createSymbolicLink(root.resolve("next"), folder.resolve("root-next"));
        Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));
        Files.createSymbolicLink(root.resolve("chain"), root.resolve("out.txt"));
        Files.createSymbolicLink(root.resolve("shown"), root.resolve(".hidden"));
        Files.createSymbolicLink(root.resolve("self"), root);

        for (String path :
                List.of(
                        "out.txt",
                        "relative.txt",
                        "outside/secret.txt",
                        "next/secret.txt",
                        "loop",
                        "chain",
                        "shown",
                        "self")) {
            assertThat(files.read("file:///" + path, new FakeCallContext())).isEmpty();
        }
        assertThat(uris())
                .containsExactly(
                        "file:///a.txt",
                        "file:///sub/b%20c.md",
                        "file:///sub/deep/100%2525.txt",
                        "file:///z.bin");
    }

    @Test
    void aNameThatBecameALinkAfterItWasResolvedIsNotFollowed() throws Exception {
        Files.createSymbolicLink(root.resolve("swapped"), folder.resolve("root-next"));
        Files.createSymbolicLink(root.resolve("file"), folder.resolve("secret.txt"));
        FileTree tree = FileTree.of(FileResourcesConfig.of(root));

        for (String path : List.of("swapped/secret.txt", "file")) {
            assertThatThrownBy(() -> tree.openInside(Path.of(path)).close())
                    .isInstanceOf(FileSystemException.class);
        }
        tree.openInside(Path.of("sub/b c.md")).close();
    }

    @Test
    void linksThatStayInsideAreFollowed() throws Exception {
        Files.createSymbolicLink(root.resolve("again.txt"), Path.of("a.txt"));
        Files.createSymbolicLink(root.resolve("folder"), root.resolve("sub"));

        assertThat(((ResourceContents.Text) read("file:///again.txt")).text()).isEqualTo("alpha");
        assertThat(((ResourceContents.Text) read("file:///folder/b%20c.md")).text())
                .isEqualTo("beta");
    }

    @Test
    void theRootItselfMayBeALink() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), root);

        assertThat(FileResources.of(link).read("file:///a.txt", new FakeCallContext())).isPresent();
    }

    @Test
    void aPipeIsNeitherListedNorWaitedFor() throws Exception {
        Process process = new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start();
        assertThat(process.waitFor()).isZero();

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(files.read("file:///pipe", new FakeCallContext())).isEmpty());
        assertThat(uris()).doesNotContain("file:///pipe");
    }

    @Test
    void aFolderThatIsSwappedForALinkWhileReadingNeverLeadsOut() throws Exception {
        Path inside = Files.createDirectories(root.resolve("swap"));
        Files.writeString(inside.resolve("secret.txt"), "inside");
        Path parked = root.resolve("parked");
        CountDownLatch started = new CountDownLatch(1);
        Thread swapper =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    started.countDown();
                                    try {
                                        while (!Thread.currentThread().isInterrupted()) {
                                            Files.move(inside, parked);
                                            Files.createSymbolicLink(
                                                    inside, folder.resolve("root-next"));
                                            Files.delete(inside);
                                            Files.move(parked, inside);
                                        }
                                    } catch (IOException e) {
                                        throw new java.io.UncheckedIOException(e);
                                    }
                                });
        started.await();
        for (int i = 0; i < 2_000; i++) {
            Optional<ReadResourceResult> result =
                    files.read("file:///swap/secret.txt", new FakeCallContext());
            result.ifPresent(
                    it ->
                            assertThat(((ResourceContents.Text) it.contents().getFirst()).text())
                                    .isEqualTo("inside"));
        }
        swapper.interrupt();
        swapper.join();
    }

    @Test
    void aFileAtTheLimitIsReadAndOneByteMoreIsNot() throws Exception {
        FileResources small = FileResources.of(FileResourcesConfig.of(root).withMaxFileBytes(5));
        assertThat(small.read("file:///a.txt", new FakeCallContext())).isPresent();
        Files.writeString(root.resolve("a.txt"), "alphas");

        assertThatThrownBy(() -> small.read("file:///a.txt", new FakeCallContext()))
                .isInstanceOf(McpException.class)
                .hasMessage("Resource too large: file:///a.txt has more than 5 bytes");
    }

    @Test
    void pagesCoverEveryFileOnceWhileFilesComeAndGo() throws Exception {
        FileResources paged = FileResources.of(FileResourcesConfig.of(root).withPageSize(2));
        Page.Resources first = paged.list(null);
        Files.delete(root.resolve("a.txt"));
        Files.writeString(root.resolve("b.txt"), "late");
        Files.writeString(root.resolve("y.txt"), "new");

        List<String> rest = new ArrayList<>();
        String cursor = first.nextCursor();
        while (cursor != null) {
            Page.Resources page = paged.list(cursor);
            page.resources().forEach(it -> rest.add(it.uri()));
            cursor = page.nextCursor();
        }

        assertThat(first.resources())
                .extracting(Resource::uri)
                .containsExactly("file:///a.txt", "file:///sub/b%20c.md");
        assertThat(rest)
                .containsExactly("file:///sub/deep/100%2525.txt", "file:///y.txt", "file:///z.bin");
        assertThatThrownBy(() -> paged.list("nonsense")).isInstanceOf(McpException.class);
    }

    @Test
    void theListEndsAtItsLimit() {
        FileResources few = FileResources.of(FileResourcesConfig.of(root).withMaxFiles(2));

        assertThat(few.list(null).resources())
                .extracting(Resource::uri)
                .containsExactly("file:///a.txt", "file:///sub/b%20c.md");
    }

    @Test
    void hiddenFilesAreThereWhenConfigured() throws Exception {
        FileResources all = FileResources.of(FileResourcesConfig.of(root).withHidden(true));

        assertThat(all.read("file:///.hidden", new FakeCallContext())).isPresent();
        assertThat(all.list(null).resources())
                .extracting(Resource::uri)
                .contains("file:///.hidden");
        assertThat(all.read("file:///../secret.txt", new FakeCallContext())).isEmpty();
    }

    @Test
    void aRootThatIsNoFolderIsRefusedByName() {
        assertThatThrownBy(() -> FileResources.of(root.resolve("a.txt")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a.txt");
        assertThatThrownBy(() -> FileResources.of(root.resolve("nowhere")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere");
    }

    private ResourceContents read(String uri) throws Exception {
        return files.read(uri, new FakeCallContext()).orElseThrow().contents().getFirst();
    }

    private List<String> uris() {
        return files.list(null).resources().stream().map(Resource::uri).toList();
    }
}
