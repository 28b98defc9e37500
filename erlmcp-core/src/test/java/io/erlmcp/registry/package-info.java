/** Tests of the registry. */
@NullMarked
package io.erlmcp.registry;

import org.jspecify.annotations.NullMarked;
