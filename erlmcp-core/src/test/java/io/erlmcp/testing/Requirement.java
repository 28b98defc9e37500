package io.erlmcp.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the requirements that a test, or all tests of a class, prove. Ids stand in {@code
 * docs/requirements-ids.txt}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Requirement {
    /** One or more ids, such as {@code transport.stdio} or {@code R17}. */
    String[] value();
}
