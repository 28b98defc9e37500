package io.erlmcp.json;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says in a generated schema what a record, a record component or a parameter means. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({
    ElementType.RECORD_COMPONENT,
    ElementType.FIELD,
    ElementType.PARAMETER,
    ElementType.TYPE,
    ElementType.METHOD
})
public @interface Description {
    /** The text for a reader of the schema. */
    String value() default "";

    /**
     * What an absent member stands for, which makes it optional: plain text for a string, an enum
     * or a time, a JSON text for everything else. Empty: there is none.
     */
    String defaultValue() default "";
}
