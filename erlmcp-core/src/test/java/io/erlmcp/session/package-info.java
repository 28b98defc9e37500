/** Tests of session. */
@NullMarked
package io.erlmcp.session;

import org.jspecify.annotations.NullMarked;
