/** What the tests of all modules share; it is packed into the {@code tests} jar of this module. */
@NullMarked
package io.erlmcp.testing;

import org.jspecify.annotations.NullMarked;
