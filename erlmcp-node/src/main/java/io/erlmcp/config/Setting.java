package io.erlmcp.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a key means, and the smallest and largest value it may have, written as in the file. */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
@interface Setting {
    /** One sentence for the reference. */
    String value();

    String min() default "";

    String max() default "";

    /** Never printed: the effective configuration shows three asterisks. */
    boolean secret() default false;

    /** The key beside which it means nothing, so that it is refused there; empty for none. */
    String notBeside() default "";

    /** Why. */
    String because() default "";
}
