@NullMarked
package io.erlmcp.resilience;

import org.jspecify.annotations.NullMarked;
