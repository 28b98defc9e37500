import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Makes the jars that are its arguments quicker to start from.
 *
 * <p>Classes that were compiled for Java 5 and older get the stack maps of newer ones. The AOT cache
 * leaves out classes without them, and the JVM verifies them the slow way: with picocli as it is
 * published, a start takes a quarter longer. Of long manifests only what a class path needs is kept:
 * the JVM reads the manifest of each jar of which it takes a class, from the AOT cache too.
 *
 * <p>Native libraries are put into a folder beside their jar ({@code NAME.jar.native}): there they
 * need not be copied into another folder at every start.
 *
 * <p>Run by the launcher from its source, after it copied libraries into its own folder. Signed jars
 * stay as they are.
 */
final class LibraryJars {
    private static final int FIRST_WITH_STACK_MAPS = 50;
    private static final int LONG_MANIFEST = 200;
    private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]*\\.(SF|RSA|DSA|EC)");

    /** What a class path and {@link Package} ask for. */
    private static final List<Attributes.Name> KEPT =
            List.of(
                    Attributes.Name.MANIFEST_VERSION,
                    Attributes.Name.MULTI_RELEASE,
                    Attributes.Name.CLASS_PATH,
                    Attributes.Name.IMPLEMENTATION_TITLE,
                    Attributes.Name.IMPLEMENTATION_VERSION,
                    Attributes.Name.IMPLEMENTATION_VENDOR,
                    Attributes.Name.SPECIFICATION_TITLE,
                    Attributes.Name.SPECIFICATION_VERSION,
                    Attributes.Name.SPECIFICATION_VENDOR);

    private LibraryJars() {}

    public static void main(String[] jars) throws IOException {
        for (String jar : jars) {
            Path path = Path.of(jar);
            takeNativeLibraries(path);
            if (isWorthIt(path)) {
                renewIfPossible(path);
            }
        }
    }

    private static void takeNativeLibraries(Path jar) throws IOException {
        List<String> endings = nativeEndings();
        Path folder = jar.resolveSibling(jar.getFileName() + ".native");
        try (ZipFile in = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : entries(in)) {
                String name = Path.of(entry.getName()).getFileName().toString();
                if (endings.stream().anyMatch(name::endsWith)) {
                    Files.createDirectories(folder);
                    Files.write(folder.resolve(name), in.getInputStream(entry).readAllBytes());
                }
            }
        }
    }

    /** How libraries for this machine are called; none where they are for another C library. */
    private static List<String> nativeEndings() {
        String machine = System.getProperty("os.arch");
        if (!System.getProperty("os.name").equals("Linux")
                || Files.exists(Path.of("/lib/ld-musl-x86_64.so.1"))
                || Files.exists(Path.of("/lib/ld-musl-aarch64.so.1"))) {
            return List.of();
        }
        return switch (machine) {
            case "amd64" -> List.of("_x86_64.so", "-linux64.so");
            case "aarch64" -> List.of("_aarch_64.so", "-linux-aarch64.so");
            default -> List.of();
        };
    }

    private static boolean isWorthIt(Path jar) throws IOException {
        try (ZipFile in = new ZipFile(jar.toFile())) {
            if (in.stream().anyMatch(it -> SIGNATURE.matcher(it.getName()).matches())) {
                return false;
            }
            ZipEntry manifest = in.getEntry(JarFile.MANIFEST_NAME);
            return manifest != null && manifest.getSize() > LONG_MANIFEST || hasOldClasses(in);
        }
    }

    private static void renewIfPossible(Path jar) throws IOException {
        Path renewed = jar.resolveSibling(jar.getFileName() + ".renewed");
        try {
            renew(jar, renewed);
            Files.move(renewed, jar, StandardCopyOption.REPLACE_EXISTING);
        } catch (IllegalArgumentException | IllegalStateException e) {
            // Instructions that newer classes may not have, or types that are nowhere to be found.
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            System.err.println(jar.getFileName() + " stays as it is: " + why);
            Files.deleteIfExists(renewed);
        }
    }

    private static boolean hasOldClasses(ZipFile in) throws IOException {
        for (ZipEntry entry : entries(in)) {
            if (isClass(entry) && majorVersion(in, entry) < FIRST_WITH_STACK_MAPS) {
                return true;
            }
        }
        return false;
    }

    private static int majorVersion(ZipFile in, ZipEntry entry) throws IOException {
        try (InputStream stream = in.getInputStream(entry)) {
            byte[] head = stream.readNBytes(8);
            return head.length < 8 ? Integer.MAX_VALUE : (head[6] & 0xff) << 8 | head[7] & 0xff;
        }
    }

    private static void renew(Path jar, Path renewed) throws IOException {
        try (URLClassLoader types = new URLClassLoader(new URL[] {jar.toUri().toURL()});
                ZipFile in = new ZipFile(jar.toFile());
                OutputStream file = Files.newOutputStream(renewed);
                ZipOutputStream out = new ZipOutputStream(file)) {
            ClassFile classFile = classFile(types);
            out.setLevel(Deflater.NO_COMPRESSION);
            for (ZipEntry entry : entries(in)) {
                byte[] content = in.getInputStream(entry).readAllBytes();
                boolean isOld = isClass(entry) && majorVersion(in, entry) < FIRST_WITH_STACK_MAPS;
                out.putNextEntry(new ZipEntry(entry.getName()));
                if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
                    shortened(content).write(out);
                } else {
                    out.write(isOld ? renew(classFile, content) : content);
                }
                out.closeEntry();
            }
        }
    }

    private static Manifest shortened(byte[] content) throws IOException {
        Attributes all = new Manifest(new ByteArrayInputStream(content)).getMainAttributes();
        Manifest manifest = new Manifest();
        for (Attributes.Name name : KEPT) {
            String value = all.getValue(name);
            if (value != null) {
                manifest.getMainAttributes().put(name, value);
            }
        }
        return manifest;
    }

    private static ClassFile classFile(ClassLoader types) {
        return ClassFile.of(
                ClassFile.ConstantPoolSharingOption.NEW_POOL,
                ClassFile.StackMapsOption.STACK_MAPS_WHEN_REQUIRED,
                ClassFile.ClassHierarchyResolverOption.of(
                        ClassHierarchyResolver.ofResourceParsing(types)
                                .orElse(ClassHierarchyResolver.defaultResolver())));
    }

    private static byte[] renew(ClassFile classFile, byte[] content) {
        ClassModel old = classFile.parse(content);
        ClassTransform newer =
                (into, element) -> {
                    if (element instanceof ClassFileVersion) {
                        into.withVersion(ClassFile.JAVA_8_VERSION, 0);
                    } else {
                        into.with(element);
                    }
                };
        // Bodies are passed on one instruction at a time: whole ones would be copied as they are.
        ClassTransform bodies =
                ClassTransform.transformingMethodBodies((into, element) -> into.with(element));
        return classFile.transformClass(old, newer.andThen(bodies));
    }

    private static List<ZipEntry> entries(ZipFile jar) {
        return jar.stream().filter(entry -> !entry.isDirectory()).<ZipEntry>map(it -> it).toList();
    }

    private static boolean isClass(ZipEntry entry) {
        return entry.getName().endsWith(".class") && !entry.getName().startsWith("META-INF/");
    }
}
