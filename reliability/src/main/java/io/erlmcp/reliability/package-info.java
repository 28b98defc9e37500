/** The guarantees of the product under fault, each with a control that must fail. */
@NullMarked
package io.erlmcp.reliability;

import org.jspecify.annotations.NullMarked;
