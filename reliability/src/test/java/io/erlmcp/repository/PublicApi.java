package io.erlmcp.repository;

import static java.util.stream.Collectors.joining;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes down everything of some classes that code outside of their package can see. */
final class PublicApi {
    /** Every record, enum and exception has them; they say nothing. */
    private static final Set<String> UNREMARKABLE =
            Set.of("equals", "hashCode", "toString", "valueOf", "values");

    private PublicApi() {}

    /** A type a paragraph, sorted by name, members sorted below it. */
    static String describe(JavaClasses classes) {
        return classes.stream()
                .map(type -> load(type.getName()))
                .filter(PublicApi::isVisible)
                .sorted(Comparator.comparing(Class::getName))
                .map(PublicApi::describe)
                .collect(joining("\n"));
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PublicApi.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("The class path lacks " + name, e);
        }
    }

    private static boolean isVisible(Class<?> type) {
        if (type.isSynthetic() || type.isAnonymousClass() || type.isLocalClass()) {
            return false;
        }
        var outer = type.getDeclaringClass();
        return isVisible(type.getModifiers(), outer) && (outer == null || isVisible(outer));
    }

    private static boolean isVisible(int modifiers, @Nullable Class<?> owner) {
        var inheritable =
                owner != null && !Modifier.isFinal(owner.getModifiers()) && !owner.isSealed();
        return Modifier.isPublic(modifiers) || inheritable && Modifier.isProtected(modifiers);
    }

    private static String describe(Class<?> type) {
        var members = new TreeSet<String>();
        members(type, type.getDeclaredFields())
                .map(Field::toGenericString)
                .forEach(m -> members.add(strip(m, type)));
        members(type, type.getDeclaredConstructors())
                .map(Executable::toGenericString)
                .forEach(m -> members.add(strip(m, type)));
        members(type, type.getDeclaredMethods())
                .filter(method -> !isUnremarkable(method))
                .map(Method::toGenericString)
                .forEach(m -> members.add(strip(m, type)));
        return header(type)
                + "\n"
                + members.stream().map(m -> "    " + m + "\n").collect(joining());
    }

    private static <T extends Member & AnnotatedElement> Stream<T> members(
            Class<?> type, T[] declared) {
        return Arrays.stream(declared)
                .filter(member -> !member.isSynthetic())
                .filter(member -> isVisible(member.getModifiers(), type));
    }

    private static boolean isUnremarkable(Method method) {
        return UNREMARKABLE.contains(method.getName());
    }

    private static String header(Class<?> type) {
        var header = new StringBuilder(type.toGenericString());
        var parent = type.getGenericSuperclass();
        if (parent != null
                && !Set.of(Object.class, Record.class).contains(parent)
                && !type.isEnum()) {
            header.append(" extends ").append(parent.getTypeName());
        }
        if (type.getInterfaces().length > 0) {
            header.append(type.isInterface() ? " extends " : " implements ")
                    .append(names(type.getGenericInterfaces()));
        }
        return header.toString();
    }

    private static String names(Type[] types) {
        return Arrays.stream(types).map(Type::getTypeName).sorted().collect(joining(", "));
    }

    /** Members are listed below their type; its name before each of them would be noise. */
    private static String strip(String member, Class<?> type) {
        return member.replace(type.getTypeName() + "(", type.getSimpleName() + "(")
                .replace(type.getTypeName() + ".", "")
                .replace("java.lang.", "");
    }
}
