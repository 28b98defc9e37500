package io.erlmcp.feature;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a public method a prompt. Its parameters are strings, the arguments, and a {@link
 * CallContext} may stand among them. It returns text (one message of the user), a message, a list
 * of messages, or the whole result.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Prompt {
    /** Name of the prompt; that of the method if empty. */
    String name() default "";

    String title() default "";

    String description() default "";
}
