package io.erlmcp.json;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.io.Serial;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Version;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;

/** Tells the JSON library which record components are required, nullable or have a default. */
@SuppressWarnings("serial")
final class RecordAnnotations extends AnnotationIntrospector {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public Version version() {
        return Version.unknownVersion();
    }

    @Override
    public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
        RecordComponent component = component(member);
        return component == null ? null : RecordMembers.isRequired(component);
    }

    @Override
    public JsonSetter.Value findSetterInfo(MapperConfig<?> config, Annotated annotated) {
        RecordComponent component = component(annotated);
        if (component == null) {
            return JsonSetter.Value.empty();
        }
        boolean refusesNull =
                RecordMembers.isRequired(component) && component.getType() != JsonValue.class;
        return JsonSetter.Value.construct(
                refusesNull ? Nulls.FAIL : Nulls.DEFAULT,
                RecordMembers.allowsNullElements(component) ? Nulls.DEFAULT : Nulls.FAIL);
    }

    @Override
    public JacksonInject.@Nullable Value findInjectableValue(
            MapperConfig<?> config, AnnotatedMember member) {
        RecordComponent component = component(member);
        String text = component == null ? null : RecordMembers.defaultText(component);
        return text == null ? null : JacksonInject.Value.construct(text, true, true);
    }

    private static @Nullable RecordComponent component(Annotated annotated) {
        if (annotated instanceof AnnotatedParameter parameter) {
            Class<?> owner = parameter.getOwner().getDeclaringClass();
            if (owner.isRecord()
                    && parameter.getOwner().getParameterCount()
                            == owner.getRecordComponents().length) {
                return owner.getRecordComponents()[parameter.getIndex()];
            }
        }
        return null;
    }
}
