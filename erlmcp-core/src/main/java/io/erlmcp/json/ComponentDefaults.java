package io.erlmcp.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.InjectableValues;

/**
 * Supplies the default of an absent record component; the id of the value is the default's text.
 */
final class ComponentDefaults extends InjectableValues {

    @Override
    public InjectableValues snapshot() {
        return this;
    }

    @Override
    public @Nullable Object findInjectableValue(
            DeserializationContext context,
            Object valueId,
            BeanProperty property,
            @Nullable Object owner,
            @Nullable Boolean optional,
            @Nullable Boolean useInput) {
        JsonValue value =
                RecordMembers.defaultValue(property.getType().getRawClass(), (String) valueId);
        return JacksonBinder.shared().read(JsonSlice.of(value), property.getType());
    }
}
