package io.erlmcp.feature;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a public method a family of resources. Its parameters are strings named like the template's
 * variables, {@code uri} for the whole URI, and a {@link CallContext}. It returns what a {@link
 * Resource} returns.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface ResourceTemplate {
    /** See {@link ResourceTemplateSpec} for what is understood. */
    String uriTemplate();

    /** Name of the template; that of the method if empty. */
    String name() default "";

    String title() default "";

    String description() default "";

    String mimeType() default "";
}
