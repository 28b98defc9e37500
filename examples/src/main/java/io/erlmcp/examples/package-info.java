/** Small programs that show the library; each is run by a test. */
@NullMarked
package io.erlmcp.examples;

import org.jspecify.annotations.NullMarked;
