/**
 * The operators' endpoint: what stands on it beside the health pages.
 *
 * <p>Entry class: {@link io.erlmcp.admin.AdminPages}. This package knows no listener; it is given
 * what it shows.
 */
@NullMarked
package io.erlmcp.admin;

import org.jspecify.annotations.NullMarked;
