/**
 * Names to what lives behind them on this node.
 *
 * <p>Entry class: {@link io.erlmcp.registry.Registry}. One concurrent map, without shards, locks or
 * caches of its own. This package knows no supervisor: whoever registers something gives it back
 * when its owner dies.
 */
@NullMarked
package io.erlmcp.registry;

import org.jspecify.annotations.NullMarked;
