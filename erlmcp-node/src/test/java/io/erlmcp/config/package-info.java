/** Tests of the configuration: every key, every limit, who wins over whom. */
@NullMarked
package io.erlmcp.config;

import org.jspecify.annotations.NullMarked;
