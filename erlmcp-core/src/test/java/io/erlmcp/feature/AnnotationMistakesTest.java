package io.erlmcp.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AnnotationMistakesTest {
    /** A mistake, and what the message must say of it. */
    record Mistake(Object bean, List<String> words) {
        @Override
        public String toString() {
            return bean.getClass().getSimpleName();
        }
    }

    static List<Mistake> mistakes() {
        return List.of(
                new Mistake(
                        new HiddenClass(), List.of("HiddenClass.run()", "class must be public")),
                new Mistake(
                        new HiddenMethod(), List.of("HiddenMethod.run()", "method must be public")),
                new Mistake(
                        new NothingAnnotated(), List.of("NothingAnnotated", "no method has @Tool")),
                new Mistake(
                        new TwoAnnotations(), List.of("TwoAnnotations.run()", "@Tool", "@Prompt")),
                new Mistake(new BadName(), List.of("BadName.run()", "no good")),
                new Mistake(
                        new SameNames(),
                        List.of("SameNames.run(int, int)", "two parameters are named a")),
                new Mistake(
                        new PrimitiveOptional(),
                        List.of("run(int)", "parameter a", "int needs a default")),
                new Mistake(new BadDefault(), List.of("run(int)", "default value of parameter a")),
                new Mistake(
                        new BadDefaultJson(), List.of("run(int)", "default value of parameter a")),
                new Mistake(new RawOptional(), List.of("run(Optional)", "parameter a")),
                new Mistake(
                        new NumberPrompt(),
                        List.of("run(int)", "parameter a of a prompt must be a String")),
                new Mistake(new VoidPrompt(), List.of("run()", "prompt must return")),
                new Mistake(new VoidResource(), List.of("run()", "resource must return")),
                new Mistake(new UnknownVariable(), List.of("run(String)", "parameter b", "[a]")),
                new Mistake(new BadTemplate(), List.of("run()", "URI template x:{a*}")),
                new Mistake(
                        new CompleteNothing(),
                        List.of("run(String)", "exactly one of prompt and resource")),
                new Mistake(
                        new CompleteBoth(),
                        List.of("run(String)", "exactly one of prompt and resource")),
                new Mistake(new CompleteNumber(), List.of("run(int)", "a completion takes")),
                new Mistake(String.class, List.of("java.lang.String", "not the class")));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsRefusedWithClassMethodAndReason(Mistake mistake) {
        assertThatThrownBy(() -> AnnotatedFeatures.of(mistake.bean()))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(mistake.words()));
    }

    @Test
    void aParameterWithoutANameIsRefusedUnlessTheAnnotationNamesIt(@TempDir Path folder)
            throws Exception {
        String source =
                """
                import io.erlmcp.feature.*;
                public class %s {
                    @Tool public String run(CallContext context, %s String text) { return text; }
                }\
                """;
        Object nameless =
                compiledWithoutParameters(folder, "Nameless", source.formatted("Nameless", ""));
        Object named =
                compiledWithoutParameters(
                        folder, "Named", source.formatted("Named", "@Arg(name = \"text\")"));

        assertThatThrownBy(() -> AnnotatedFeatures.of(nameless))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Nameless.run(CallContext, String): parameter 2 has no name")
                .hasMessageContaining("-parameters")
                .hasMessageContaining("@Arg(name = ");
        assertThat(AnnotatedFeatures.of(named)).hasSize(1);
    }

    private static Object compiledWithoutParameters(Path folder, String name, String source)
            throws Exception {
        Path file = Files.writeString(folder.resolve(name + ".java"), source);
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-proc:none",
                                "-cp",
                                System.getProperty("java.class.path"),
                                file.toString());
        assertThat(status).isZero();
        try (URLClassLoader loader =
                new URLClassLoader(
                        new URL[] {folder.toUri().toURL()},
                        AnnotationMistakesTest.class.getClassLoader())) {
            return loader.loadClass(name).getConstructor().newInstance();
        }
    }

    static class HiddenClass {
        @Tool
        public void run() {}
    }

    public static class HiddenMethod {
        @Tool
        void run() {}
    }

    public static class NothingAnnotated {
        public void run() {}
    }

    public static class TwoAnnotations {
        @Tool
        @Prompt
        public String run() {
            return "";
        }
    }

    public static class BadName {
        @Tool(name = "no good")
        public void run() {}
    }

    public static class SameNames {
        @Tool
        public void run(int a, @Arg(name = "a") int b) {}
    }

    public static class PrimitiveOptional {
        @Tool
        public void run(@Arg(required = false) int a) {}
    }

    public static class BadDefault {
        @Tool
        public void run(@Arg(defaultValue = "\"x\"") int a) {}
    }

    public static class BadDefaultJson {
        @Tool
        public void run(@Arg(defaultValue = "x") int a) {}
    }

    @SuppressWarnings("rawtypes")
    public static class RawOptional {
        @Tool
        public void run(Optional a) {}
    }

    public static class NumberPrompt {
        @Prompt
        public String run(int a) {
            return "";
        }
    }

    public static class VoidPrompt {
        @Prompt
        public void run() {}
    }

    public static class VoidResource {
        @Resource(uri = "x:y")
        public void run() {}
    }

    public static class UnknownVariable {
        @ResourceTemplate(uriTemplate = "x:{a}")
        public String run(String b) {
            return b;
        }
    }

    public static class BadTemplate {
        @ResourceTemplate(uriTemplate = "x:{a*}")
        public String run() {
            return "";
        }
    }

    public static class CompleteNothing {
        @Complete(argument = "a")
        public List<String> run(String typed) {
            return List.of(typed);
        }
    }

    public static class CompleteBoth {
        @Complete(prompt = "a", resource = "b", argument = "a")
        public List<String> run(String typed) {
            return List.of(typed);
        }
    }

    public static class CompleteNumber {
        @Complete(prompt = "a", argument = "a")
        public List<String> run(int typed) {
            return List.of("" + typed);
        }
    }
}
