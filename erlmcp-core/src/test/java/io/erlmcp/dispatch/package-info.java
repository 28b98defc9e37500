/** Tests of dispatch. */
@NullMarked
package io.erlmcp.dispatch;

import org.jspecify.annotations.NullMarked;
