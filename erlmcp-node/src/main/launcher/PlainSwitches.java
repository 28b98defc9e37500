import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Gives each switch over types in our own jars a method that asks {@code instanceof} for one type
 * after the other, where the compiler leaves it to the JDK to make such a method when the switch is
 * first reached. That takes some milliseconds for each, and the AOT cache keeps nothing of it: a
 * node reaches thirty of them before its first answer.
 *
 * <p>Arguments: the class path, then the jars to be changed. Run by the launcher from its source.
 */
final class PlainSwitches {
    private static final ClassDesc BOOTSTRAPS = ClassDesc.of("java.lang.runtime.SwitchBootstraps");

    /** A switch over types only. */
    private record Switch(String method, MethodTypeDesc type, List<ClassDesc> labels) {}

    private PlainSwitches() {}

    public static void main(String[] arguments) throws IOException {
        List<URL> classPath = new ArrayList<>();
        for (String entry : arguments[0].split(File.pathSeparator)) {
            classPath.add(url(Path.of(entry)));
        }
        try (URLClassLoader types = new URLClassLoader(classPath.toArray(URL[]::new))) {
            ClassFile classFile =
                    ClassFile.of(
                            ClassFile.ClassHierarchyResolverOption.of(
                                    ClassHierarchyResolver.ofResourceParsing(types)
                                            .orElse(ClassHierarchyResolver.defaultResolver())));
            for (String jar : List.of(arguments).subList(1, arguments.length)) {
                renew(classFile, Path.of(jar));
            }
        }
    }

    private static URL url(Path path) throws MalformedURLException {
        return path.toUri().toURL();
    }

    private static void renew(ClassFile classFile, Path jar) throws IOException {
        Path renewed = jar.resolveSibling(jar.getFileName() + ".renewed");
        try (ZipFile in = new ZipFile(jar.toFile());
                OutputStream file = Files.newOutputStream(renewed);
                ZipOutputStream out = new ZipOutputStream(file)) {
            out.setLevel(Deflater.NO_COMPRESSION);
            for (ZipEntry entry : in.stream().<ZipEntry>map(it -> it).toList()) {
                byte[] content = in.getInputStream(entry).readAllBytes();
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(
                        entry.getName().endsWith(".class") ? renew(classFile, content) : content);
                out.closeEntry();
            }
        }
        Files.move(renewed, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static byte[] renew(ClassFile classFile, byte[] content) {
        ClassModel old = classFile.parse(content);
        List<Switch> found = new ArrayList<>();
        ClassTransform calls =
                ClassTransform.transformingMethodBodies(
                        method ->
                                method.code().stream()
                                        .flatMap(code -> code.elementStream())
                                        .anyMatch(PlainSwitches::isSwitch),
                        (code, element) -> {
                            if (isSwitch(element)) {
                                Switch plain = plain((InvokeDynamicInstruction) element, found);
                                boolean isInterface = old.flags().has(AccessFlag.INTERFACE);
                                code.invokestatic(
                                        old.thisClass().asSymbol(),
                                        plain.method(),
                                        plain.type(),
                                        isInterface);
                            } else {
                                code.with(element);
                            }
                        });
        byte[] renewed =
                classFile.transformClass(
                        old,
                        calls.andThen(
                                ClassTransform.endHandler(
                                        into ->
                                                found.forEach(
                                                        it ->
                                                                into.withMethodBody(
                                                                        it.method(),
                                                                        it.type(),
                                                                        ClassFile.ACC_PRIVATE
                                                                                | ClassFile.ACC_STATIC
                                                                                | ClassFile
                                                                                        .ACC_SYNTHETIC,
                                                                        code ->
                                                                                write(it, code))))));
        return found.isEmpty() ? content : renewed;
    }

    /** Constants of enums, texts and numbers stay with the JDK. */
    private static boolean isSwitch(Object element) {
        return element instanceof InvokeDynamicInstruction call
                && isTypeSwitch(call.bootstrapMethod())
                && call.typeSymbol().parameterType(0).isClassOrInterface()
                && call.bootstrapArgs().stream().allMatch(ClassDesc.class::isInstance);
    }

    private static boolean isTypeSwitch(DirectMethodHandleDesc bootstrap) {
        return bootstrap.owner().equals(BOOTSTRAPS) && bootstrap.methodName().equals("typeSwitch");
    }

    private static Switch plain(InvokeDynamicInstruction call, List<Switch> found) {
        List<ClassDesc> labels = new ArrayList<>();
        for (ConstantDesc label : call.bootstrapArgs()) {
            labels.add((ClassDesc) label);
        }
        Switch plain = new Switch("typeSwitch$" + found.size(), call.typeSymbol(), labels);
        found.add(plain);
        return plain;
    }

    /** What {@code SwitchBootstraps.typeSwitch} promises: -1 for null, else the first that fits. */
    private static void write(Switch plain, CodeBuilder code) {
        Label isThere = code.newLabel();
        code.aload(0).ifnonnull(isThere).iconst_m1().ireturn().labelBinding(isThere);
        for (int i = 0; i < plain.labels().size(); i++) {
            Label next = code.newLabel();
            code.iload(1).loadConstant(i).if_icmpgt(next);
            code.aload(0).instanceOf(plain.labels().get(i)).ifeq(next);
            code.loadConstant(i).ireturn().labelBinding(next);
        }
        code.loadConstant(plain.labels().size()).ireturn();
    }
}
