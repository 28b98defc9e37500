/**
 * What servers offer: tools, prompts, resources, completions, and the context in which user code
 * runs.
 *
 * <p>Entry classes: {@link io.erlmcp.feature.ToolHandler} and {@link io.erlmcp.feature.CallContext}
 * for users; the catalogs for the dispatcher. {@link io.erlmcp.feature.AnnotatedFeatures} reads
 * annotated classes, and {@link io.erlmcp.feature.FileResources} is the one class here that touches
 * the file system. This package knows no session, transport or era.
 */
@NullMarked
package io.erlmcp.feature;

import org.jspecify.annotations.NullMarked;
