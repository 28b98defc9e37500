package io.erlmcp.feature;

import io.erlmcp.json.JacksonBinder;
import io.erlmcp.json.JsonBinder;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@link Tool}, {@link Prompt}, {@link Resource}, {@link ResourceTemplate} and {@link
 * Complete} off an object's class. Everything is looked up and checked once, here; a call goes
 * straight to the method.
 */
public final class AnnotatedFeatures {
    private static final List<Class<? extends Annotation>> KINDS =
            List.of(
                    Tool.class,
                    Prompt.class,
                    Resource.class,
                    ResourceTemplate.class,
                    Complete.class);

    private AnnotatedFeatures() {}

    /**
     * The features of {@code bean}, ordered by the names of their methods. Class and methods must
     * be public.
     *
     * @throws IllegalArgumentException that names the class, the method and the reason
     */
    public static List<Feature> of(Object bean) {
        return of(bean, JacksonBinder.shared());
    }

    /** As {@link #of(Object)}, with another binder between JSON and Java. */
    public static List<Feature> of(Object bean, JsonBinder binder) {
        if (bean instanceof Class<?> type) {
            throw new IllegalArgumentException(
                    type.getName() + ": pass an object of the class, not the class");
        }
        List<Feature> features = new ArrayList<>();
        for (Method method : annotatedMethods(bean.getClass())) {
            features.add(feature(BeanMethod.of(bean, method), method, binder));
        }
        if (features.isEmpty()) {
            throw new IllegalArgumentException(
                    bean.getClass().getName()
                            + ": no method has @Tool, @Prompt, @Resource,"
                            + " @ResourceTemplate or @Complete");
        }
        return List.copyOf(features);
    }

    static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /**
     * Public methods, inherited ones too, and those that are not public, so that they are not
     * passed over in silence.
     */
    private static List<Method> annotatedMethods(Class<?> type) {
        Set<Method> methods = new LinkedHashSet<>(List.of(type.getMethods()));
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            Stream.of(each.getDeclaredMethods())
                    .filter(it -> !java.lang.reflect.Modifier.isPublic(it.getModifiers()))
                    .forEach(methods::add);
        }
        return methods.stream()
                .filter(it -> !it.isBridge() && KINDS.stream().anyMatch(it::isAnnotationPresent))
                .sorted(
                        Comparator.comparing(Method::getName)
                                .thenComparing(Method::toGenericString))
                .toList();
    }

    private static Feature feature(BeanMethod method, Method source, JsonBinder binder) {
        List<Class<? extends Annotation>> kinds =
                KINDS.stream().filter(source::isAnnotationPresent).toList();
        if (kinds.size() > 1) {
            throw method.wrong(
                    "has both @"
                            + kinds.get(0).getSimpleName()
                            + " and @"
                            + kinds.get(1).getSimpleName());
        }
        Annotation kind = source.getAnnotation(kinds.getFirst());
        try {
            return switch (kind) {
                case Tool tool -> ToolMethod.spec(method, tool, binder);
                case Prompt prompt -> PromptMethod.spec(method, prompt);
                case Resource resource -> ResourceMethod.spec(method, resource);
                case ResourceTemplate template -> ResourceMethod.spec(method, template);
                case Complete complete -> CompleteMethod.spec(method, complete);
                default -> throw new IllegalStateException("no feature for " + kind);
            };
        } catch (IllegalArgumentException e) {
            throw located(e, method);
        }
    }

    /** Adds class and method to what a definition refused, such as a name. */
    private static IllegalArgumentException located(IllegalArgumentException e, BeanMethod method) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith(method.toString())
                ? e
                : new IllegalArgumentException(method + ": " + message, e);
    }
}
