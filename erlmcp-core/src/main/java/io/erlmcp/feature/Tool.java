package io.erlmcp.feature;

import io.erlmcp.protocol.TaskSupport;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a public method a tool. Its parameters are the arguments, a {@link CallContext} may stand
 * among them; a single record without {@link Arg} is all arguments at once. A record, map or list
 * that it returns is structured content with an output schema; text, numbers, content blocks, a
 * result or nothing are what they are.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Tool {
    /** Name of the tool; that of the method if empty. */
    String name() default "";

    String title() default "";

    String description() default "";

    /** See {@link ToolSpec#nonBlocking()}. */
    boolean nonBlocking() default false;

    /** See {@link ToolSpec#taskSupport(TaskSupport)}. */
    TaskSupport taskSupport() default TaskSupport.FORBIDDEN;

    /** See {@link ToolSpec#beginsTaskItself()}. */
    boolean beginsTaskItself() default false;

    /** The tool changes nothing. */
    Hint readOnly() default Hint.UNSET;

    /** The tool may destroy something. */
    Hint destructive() default Hint.UNSET;

    /** Calling it twice does what calling it once does. */
    Hint idempotent() default Hint.UNSET;

    /** The tool reaches out to a world that is not closed, such as the web. */
    Hint openWorld() default Hint.UNSET;

    /** How much a call matters when not all can be served. */
    Priority priority() default Priority.NORMAL;

    /** The limit of a call in milliseconds; 0 leaves the server's. */
    long timeoutMillis() default 0;
}
