/**
 * What the node is told: {@code erlmcp.yaml}, the environment and flags, read once into immutable
 * records.
 *
 * <p>Entry class: {@link io.erlmcp.config.ConfigLoader}. The records hold the defaults, their
 * annotations the limits and the words of the reference; the reader, the JSON Schema and {@code
 * docs/config.md} are all derived from them. This package knows nothing of what the values are used
 * for.
 */
@NullMarked
package io.erlmcp.config;

import org.jspecify.annotations.NullMarked;
