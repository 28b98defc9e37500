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
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Gives classes that were compiled for Java 5 and older the stack maps of newer ones, in the jars
 * that are its arguments. The AOT cache leaves out classes without them, and the JVM verifies them
 * the slow way: with picocli as it is published, a start takes a quarter longer.
 *
 * <p>Run by the launcher from its source, after it copied libraries into its own folder.
 */
final class OldClasses {
    private static final int FIRST_WITH_STACK_MAPS = 50;

    private OldClasses() {}

    public static void main(String[] jars) throws IOException {
        for (String jar : jars) {
            Path path = Path.of(jar);
            if (hasOldClasses(path)) {
                renewIfPossible(path);
            }
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

    private static boolean hasOldClasses(Path jar) throws IOException {
        try (ZipFile in = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : entries(in)) {
                if (isClass(entry) && majorVersion(in, entry) < FIRST_WITH_STACK_MAPS) {
                    return true;
                }
            }
            return false;
        }
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
                out.write(isOld ? renew(classFile, content) : content);
                out.closeEntry();
            }
        }
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
