package io.erlmcp.json;

import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Binds a record whose components are all texts, whole numbers and booleans, as the arguments of
 * most tools are, without the JSON library. It only reads what is as expected; for all else it has
 * no answer, and the library decides and says what is wrong. Immutable.
 */
final class FlatRecord {
    private static final int MAX_COMPONENTS = 64;
    private static final int MAX_DIGITS = 18;

    /** Empty for classes that are the library's business. */
    private static final ClassValue<FlatRecord> OF_CLASS =
            new ClassValue<>() {
                @Override
                protected FlatRecord computeValue(Class<?> type) {
                    return isFlat(type) ? of(type) : NONE;
                }
            };

    private static final FlatRecord NONE =
            new FlatRecord(new byte[0][], new Kind[0], 0, MethodHandles.zero(Object.class));

    private enum Kind {
        TEXT,
        BOOLEAN,
        INT,
        LONG
    }

    private static final Map<Class<?>, Kind> KINDS =
            Map.of(
                    String.class, Kind.TEXT,
                    boolean.class, Kind.BOOLEAN,
                    Boolean.class, Kind.BOOLEAN,
                    int.class, Kind.INT,
                    Integer.class, Kind.INT,
                    long.class, Kind.LONG,
                    Long.class, Kind.LONG);

    private final byte[][] names;
    private final Kind[] kinds;

    /** A bit for each component that must be there. */
    private final long required;

    private final MethodHandle make;

    private FlatRecord(byte[][] names, Kind[] kinds, long required, MethodHandle make) {
        this.names = names;
        this.kinds = kinds;
        this.required = required;
        this.make = make;
    }

    /** Null for a type that is the library's business. */
    static @Nullable FlatRecord find(Class<?> type) {
        FlatRecord found = OF_CLASS.get(type);
        return found == NONE ? null : found;
    }

    private static boolean isFlat(Class<?> type) {
        return type.isRecord()
                && type.getRecordComponents().length <= MAX_COMPONENTS
                && type.getDeclaredConstructors().length == 1
                && Stream.of(type.getRecordComponents()).allMatch(FlatRecord::isFlat)
                && Stream.<Stream<? extends AnnotatedElement>>of(
                                Stream.of(type),
                                Stream.of(type.getDeclaredFields()),
                                Stream.of(type.getDeclaredMethods()),
                                Stream.of(type.getDeclaredConstructors()),
                                Stream.of(type.getDeclaredConstructors()[0].getParameters()))
                        .flatMap(it -> it)
                        .noneMatch(FlatRecord::isForLibrary);
    }

    /** One with a default is left to the library as soon as it is missing. */
    private static boolean isFlat(RecordComponent component) {
        return KINDS.containsKey(component.getType());
    }

    private static boolean isForLibrary(AnnotatedElement element) {
        for (Annotation annotation : element.getAnnotations()) {
            if (annotation.annotationType().getPackageName().contains("jackson")) {
                return true;
            }
        }
        return false;
    }

    private static FlatRecord of(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        byte[][] names = new byte[components.length][];
        Kind[] kinds = new Kind[components.length];
        long required = 0;
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            names[i] = component.getName().getBytes(StandardCharsets.UTF_8);
            kinds[i] = KINDS.get(component.getType());
            boolean mayBeMissing =
                    RecordMembers.isNullable(component)
                            && RecordMembers.defaultText(component) == null
                            && !component.getType().isPrimitive();
            required |= mayBeMissing ? 0 : 1L << i;
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructors()[0];
            constructor.setAccessible(true);
            MethodHandle make =
                    MethodHandles.lookup()
                            .unreflectConstructor(constructor)
                            .asSpreader(Object[].class, components.length);
            return new FlatRecord(
                    names,
                    kinds,
                    required,
                    make.asType(make.type().changeReturnType(Object.class)));
        } catch (IllegalAccessException | InaccessibleObjectException notOurs) {
            return NONE; // its module is closed, and the library will say so
        }
    }

    /** The record; null when the library has to look. */
    @Nullable Object read(JsonSlice json) {
        try {
            @Nullable Object @Nullable [] values =
                    values(
                            new JsonText(
                                    json.bytes(),
                                    json.offset(),
                                    json.length(),
                                    JsonLimits.DEFAULTS));
            return values == null ? null : make.invokeExact(values);
        } catch (Error e) {
            throw e;
        } catch (Throwable refused) {
            return null; // by the text or by the record: the library words it
        }
    }

    private @Nullable Object @Nullable [] values(JsonText text) {
        @Nullable Object[] values = new @Nullable Object[kinds.length];
        long seen = 0;
        text.space();
        if (text.peek() != '{') {
            return null;
        }
        if (text.open(1, '}')) {
            do {
                int nameEnd = text.name();
                int at = text.escaped ? -1 : find(text.buf, text.stringStart, nameEnd);
                Object value = at < 0 || (seen & 1L << at) != 0 ? null : value(text, kinds[at]);
                if (value == null) {
                    return null;
                }
                seen |= 1L << at;
                values[at] = value;
            } while (text.more('}'));
        }
        text.finish();
        return (required & ~seen) == 0 ? values : null;
    }

    private int find(byte[] buf, int from, int to) {
        for (int i = 0; i < names.length; i++) {
            if (Arrays.equals(names[i], 0, names[i].length, buf, from, to)) {
                return i;
            }
        }
        return -1;
    }

    /** Null for a value of another kind. */
    private static @Nullable Object value(JsonText text, Kind kind) {
        byte first = text.peek();
        int from = text.pos;
        text.value(2);
        return switch (kind) {
            case TEXT -> first == '"' ? text(text) : null;
            case BOOLEAN -> first == 't' ? Boolean.TRUE : first == 'f' ? Boolean.FALSE : null;
            case INT -> {
                Long number = number(text.buf, from, text.pos);
                yield number != null && number.intValue() == number ? number.intValue() : null;
            }
            case LONG -> number(text.buf, from, text.pos);
        };
    }

    private static String text(JsonText text) {
        int to = text.pos - 1;
        return text.escaped
                ? JsonEscapes.decode(text.buf, text.stringStart, to)
                : new String(
                        text.buf, text.stringStart, to - text.stringStart, StandardCharsets.UTF_8);
    }

    /** A whole number of few digits; null for all else. */
    private static @Nullable Long number(byte[] buf, int from, int to) {
        boolean isNegative = buf[from] == '-';
        int at = isNegative ? from + 1 : from;
        if (at == to || to - at > MAX_DIGITS) {
            return null;
        }
        long value = 0;
        for (; at < to; at++) {
            int digit = buf[at] - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            value = value * 10 + digit;
        }
        return isNegative ? -value : value;
    }
}
