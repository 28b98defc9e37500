/** Tests. */
@NullMarked
package io.erlmcp.migration;

import org.jspecify.annotations.NullMarked;
