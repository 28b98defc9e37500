package io.erlmcp.feature;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An annotated method of an object, ready to be called; and the words to say what is wrong with it.
 */
final class BeanMethod {
    /** Where the value of one parameter comes from. */
    @FunctionalInterface
    interface Source<I> {
        @Nullable Object value(I input, CallContext context);
    }

    private final Method method;
    private final MethodHandle handle;

    private BeanMethod(Method method, MethodHandle handle) {
        this.method = method;
        this.handle = handle;
    }

    /**
     * @throws IllegalArgumentException when the method cannot be called from here
     */
    static BeanMethod of(Object bean, Method method) {
        if (!Modifier.isPublic(method.getModifiers())) {
            throw wrong(method, "the method must be public");
        }
        if (!Modifier.isPublic(method.getDeclaringClass().getModifiers())) {
            throw wrong(method, "the class must be public");
        }
        try {
            MethodHandle handle = MethodHandles.publicLookup().unreflect(method);
            MethodHandle bound =
                    Modifier.isStatic(method.getModifiers()) ? handle : handle.bindTo(bean);
            MethodHandle spread =
                    bound.asFixedArity().asSpreader(Object[].class, method.getParameterCount());
            return new BeanMethod(
                    method, spread.asType(MethodType.methodType(Object.class, Object[].class)));
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(
                    describe(method) + ": the method cannot be reached: " + e.getMessage(), e);
        }
    }

    String name() {
        return method.getName();
    }

    List<Parameter> parameters() {
        return List.of(method.getParameters());
    }

    Type returnType() {
        return method.getGenericReturnType();
    }

    /** Calls the method; what it throws comes through as it is. */
    <I> @Nullable Object call(List<Source<I>> sources, I input, CallContext context)
            throws Exception {
        @Nullable Object[] values = new Object[sources.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = sources.get(i).value(input, context);
        }
        try {
            return (Object) handle.invokeExact(values);
        } catch (Throwable thrown) {
            throw BeanMethod.<RuntimeException>asThrown(thrown);
        }
    }

    /** The argument's name, from {@link Arg} or the compiler. */
    String nameOf(Parameter parameter) {
        Arg arg = parameter.getAnnotation(Arg.class);
        if (arg != null && !arg.name().isEmpty()) {
            return arg.name();
        }
        if (!parameter.isNamePresent()) {
            int position = parameters().indexOf(parameter) + 1;
            throw wrong(
                    "parameter "
                            + position
                            + " has no name: compile with -parameters, or name it by @Arg(name ="
                            + " \"...\")");
        }
        return parameter.getName();
    }

    /** Whether the argument may be left out. */
    static boolean isOptional(Parameter parameter) {
        Arg arg = parameter.getAnnotation(Arg.class);
        return parameter.getType() == Optional.class
                || parameter.getAnnotatedType().isAnnotationPresent(Nullable.class)
                || parameter.isAnnotationPresent(Nullable.class)
                || (arg != null && (!arg.required() || !arg.defaultValue().isEmpty()));
    }

    static boolean isContext(Parameter parameter) {
        return parameter.getType() == CallContext.class;
    }

    /** The type of the value: what is in the Optional, if it is one. */
    Type valueType(Parameter parameter) {
        if (parameter.getType() != Optional.class) {
            return parameter.getParameterizedType();
        }
        if (parameter.getParameterizedType() instanceof ParameterizedType optional) {
            return optional.getActualTypeArguments()[0];
        }
        throw wrong("parameter " + nameOf(parameter) + " must say what its Optional holds");
    }

    IllegalArgumentException wrong(String reason) {
        return wrong(method, reason);
    }

    @Override
    public String toString() {
        return describe(method);
    }

    private static IllegalArgumentException wrong(Method method, String reason) {
        return new IllegalArgumentException(describe(method) + ": " + reason);
    }

    private static String describe(Method method) {
        String types =
                Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", "));
        return method.getDeclaringClass().getName() + '.' + method.getName() + '(' + types + ')';
    }

    /** Lets a throwable through that the compiler would not. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> RuntimeException asThrown(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
