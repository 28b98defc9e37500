package io.erlmcp.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How the simple Java types look in JSON. */
final class JavaTypes {
    private static final Set<Class<?>> INTEGERS =
            Set.of(
                    byte.class,
                    Byte.class,
                    short.class,
                    Short.class,
                    int.class,
                    Integer.class,
                    long.class,
                    Long.class,
                    BigInteger.class,
                    OptionalInt.class,
                    OptionalLong.class);

    private static final Set<Class<?>> NUMBERS =
            Set.of(
                    float.class,
                    Float.class,
                    double.class,
                    Double.class,
                    BigDecimal.class,
                    Number.class,
                    JsonNumber.class,
                    OptionalDouble.class);

    private static final Set<Class<?>> BOOLEANS =
            Set.of(boolean.class, Boolean.class, JsonBoolean.class);

    /**
     * Types written as strings, with the format that JSON Schema 2020-12 has for them, or nothing.
     */
    private static final Map<Class<?>, String> TEXTS =
            Map.ofEntries(
                    Map.entry(String.class, ""),
                    Map.entry(CharSequence.class, ""),
                    Map.entry(char.class, ""),
                    Map.entry(Character.class, ""),
                    Map.entry(JsonString.class, ""),
                    Map.entry(UUID.class, "uuid"),
                    Map.entry(URI.class, "uri"),
                    Map.entry(URL.class, "uri"),
                    Map.entry(Instant.class, "date-time"),
                    Map.entry(OffsetDateTime.class, "date-time"),
                    Map.entry(ZonedDateTime.class, "date-time"),
                    Map.entry(LocalDate.class, "date"),
                    Map.entry(OffsetTime.class, "time"),
                    Map.entry(Duration.class, "duration"),
                    Map.entry(Period.class, "duration"),
                    Map.entry(LocalDateTime.class, ""),
                    Map.entry(LocalTime.class, ""),
                    Map.entry(YearMonth.class, ""),
                    Map.entry(MonthDay.class, ""),
                    Map.entry(ZoneId.class, ""),
                    Map.entry(ZoneOffset.class, ""));

    private JavaTypes() {}

    static boolean isInteger(Class<?> type) {
        return INTEGERS.contains(type) || type == Year.class;
    }

    static boolean isNumber(Class<?> type) {
        return NUMBERS.contains(type);
    }

    static boolean isBoolean(Class<?> type) {
        return BOOLEANS.contains(type);
    }

    static boolean isText(Class<?> type) {
        return TEXTS.containsKey(type) || type.isEnum();
    }

    /** The schema format of a type written as a string, null if there is none. */
    static @Nullable String format(Class<?> type) {
        String format = TEXTS.get(type);
        return format == null || format.isEmpty() ? null : format;
    }
}
