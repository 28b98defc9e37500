/** Tests of the testkit, against real servers and clients. */
@NullMarked
package io.erlmcp.testkit;

import org.jspecify.annotations.NullMarked;
