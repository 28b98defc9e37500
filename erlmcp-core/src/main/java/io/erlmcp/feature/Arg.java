package io.erlmcp.feature;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says more about a parameter of an annotated method. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Arg {
    /**
     * Name of the argument; that of the parameter if empty, which needs code compiled with {@code
     * -parameters}.
     */
    String name() default "";

    String description() default "";

    /**
     * An {@code Optional} or {@code @Nullable} parameter, and one with a default, is never
     * required.
     */
    boolean required() default true;

    /**
     * What an absent argument stands for: plain text for what is a string in JSON, a JSON text for
     * everything else. Empty: there is none.
     */
    String defaultValue() default "";
}
