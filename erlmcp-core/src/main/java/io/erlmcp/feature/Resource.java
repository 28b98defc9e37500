package io.erlmcp.feature;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a public method a resource. It may take a {@link CallContext} and returns text, bytes,
 * contents, a list of contents, or the whole result.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Resource {
    String uri();

    /** Name of the resource; that of the method if empty. */
    String name() default "";

    String title() default "";

    String description() default "";

    String mimeType() default "";
}
