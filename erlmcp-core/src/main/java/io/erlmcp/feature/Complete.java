package io.erlmcp.feature;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a public method the completion of one argument of a prompt, or one variable of a template:
 * exactly one of {@code prompt} and {@code resource} is set. The method takes the text typed so far
 * and, if it likes, a map of the values known already and a {@link CallContext}; it returns the
 * suggestions as a list of strings or a completion.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Complete {
    /** Name of the prompt. */
    String prompt() default "";

    /** The resource template, as it is listed. */
    String resource() default "";

    /** Name of the argument or variable. */
    String argument();
}
