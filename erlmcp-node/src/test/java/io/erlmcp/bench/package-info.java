/** Tests of the load generator. */
@NullMarked
package io.erlmcp.bench;

import org.jspecify.annotations.NullMarked;
