/** Tests of the HTTP server over real sockets. */
@NullMarked
package io.erlmcp.http;

import org.jspecify.annotations.NullMarked;
