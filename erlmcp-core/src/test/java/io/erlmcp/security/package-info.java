/** Tests of security. */
@NullMarked
package io.erlmcp.security;

import org.jspecify.annotations.NullMarked;
