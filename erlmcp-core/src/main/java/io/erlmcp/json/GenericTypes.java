package io.erlmcp.json;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Replaces the type variables of a generic record by the arguments it is used with. */
final class GenericTypes {
    private GenericTypes() {}

    static Type resolve(Type type, Type owner) {
        return switch (type) {
            case TypeVariable<?> variable -> argument(variable, owner);
            case ParameterizedType generic -> {
                List<Type> arguments = new ArrayList<>();
                for (Type argument : generic.getActualTypeArguments()) {
                    arguments.add(resolve(argument, owner));
                }
                yield new Applied((Class<?>) generic.getRawType(), arguments);
            }
            case GenericArrayType array -> arrayOf(resolve(array.getGenericComponentType(), owner));
            case WildcardType wildcard -> resolve(wildcard.getUpperBounds()[0], owner);
            default -> type;
        };
    }

    private static Type argument(TypeVariable<?> variable, Type owner) {
        if (owner instanceof ParameterizedType generic) {
            TypeVariable<?>[] variables = ((Class<?>) generic.getRawType()).getTypeParameters();
            for (int i = 0; i < variables.length; i++) {
                if (variables[i].equals(variable)) {
                    return generic.getActualTypeArguments()[i];
                }
            }
        }
        return variable.getBounds()[0];
    }

    private static Type arrayOf(Type element) {
        if (element instanceof Class<?> plain) {
            return Array.newInstance(plain, 0).getClass();
        }
        return new Applied(java.util.List.class, List.of(element));
    }

    /** A generic class with arguments; equal to another with the same ones. */
    private record Applied(Class<?> raw, List<Type> arguments) implements ParameterizedType {
        Applied {
            arguments = List.copyOf(arguments);
        }

        @Override
        public Type[] getActualTypeArguments() {
            return arguments.toArray(Type[]::new);
        }

        @Override
        public Type getRawType() {
            return raw;
        }

        @Override
        public @Nullable Type getOwnerType() {
            return raw.getDeclaringClass();
        }
    }
}
