package io.erlmcp.feature;

import io.erlmcp.json.JsonBinder;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.SchemaGenerator;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ContentBlock;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the Java value that a tool returns means as its result. */
final class ToolResults {
    /** Types whose values are content, or whose shape only the value itself tells. */
    private static final Set<Class<?>> WITHOUT_SCHEMA =
            Set.of(
                    void.class,
                    Void.class,
                    Object.class,
                    CallToolResult.class,
                    boolean.class,
                    Boolean.class,
                    char.class,
                    Character.class,
                    int.class,
                    long.class,
                    short.class,
                    byte.class,
                    float.class,
                    double.class);

    private ToolResults() {}

    /**
     * The output schema of a tool that returns {@code type}; null when its results are not
     * structured.
     */
    static @Nullable JsonObject schemaOf(Type type) {
        return isStructured(type) ? SchemaGenerator.schemaOf(type) : null;
    }

    /**
     * @param structured whether the tool promised structured content by an output schema
     */
    static CallToolResult of(@Nullable Object value, boolean structured, JsonBinder binder) {
        if (value instanceof CallToolResult result) {
            return result;
        }
        if (structured) {
            return CallToolResult.structured(binder.toJson(value));
        }
        return switch (value) {
            case null -> CallToolResult.of();
            case CharSequence text -> CallToolResult.text(text.toString());
            case ContentBlock block -> CallToolResult.of(block);
            case Number scalar -> CallToolResult.text(scalar.toString());
            case Boolean scalar -> CallToolResult.text(scalar.toString());
            case Character scalar -> CallToolResult.text(scalar.toString());
            case Enum<?> scalar -> CallToolResult.text(scalar.name());
            case Collection<?> items when isContent(items) -> content(items);
            default -> CallToolResult.structured(binder.toJson(value));
        };
    }

    private static boolean isStructured(Type type) {
        return switch (type) {
            case Class<?> plain -> !isContent(plain) && !plain.isEnum();
            case ParameterizedType generic -> !isContentList(generic);
            default -> true;
        };
    }

    private static boolean isContent(Class<?> type) {
        return WITHOUT_SCHEMA.contains(type)
                || CharSequence.class.isAssignableFrom(type)
                || Number.class.isAssignableFrom(type)
                || ContentBlock.class.isAssignableFrom(type)
                || JsonValue.class.isAssignableFrom(type);
    }

    private static boolean isContentList(ParameterizedType type) {
        if (!(type.getRawType() instanceof Class<?> raw)
                || !Collection.class.isAssignableFrom(raw)) {
            return false;
        }
        Type item = type.getActualTypeArguments()[0];
        Type bound = item instanceof WildcardType wildcard ? wildcard.getUpperBounds()[0] : item;
        return bound instanceof Class<?> plain && ContentBlock.class.isAssignableFrom(plain);
    }

    private static boolean isContent(Collection<?> items) {
        return items.stream().allMatch(ContentBlock.class::isInstance);
    }

    private static CallToolResult content(Collection<?> items) {
        List<ContentBlock> blocks = new ArrayList<>(items.size());
        items.forEach(item -> blocks.add((ContentBlock) item));
        return new CallToolResult(blocks, null, false, JsonObject.EMPTY);
    }
}
