/**
 * From a request to its answer: a fixed list of stages, the method tables of the eras, and the only
 * place where exceptions become codes.
 *
 * <p>Entry class: {@link io.erlmcp.dispatch.Dispatcher}. This package knows no session and no
 * transport; the session layer hands it {@link io.erlmcp.dispatch.Exchange}s and implements {@link
 * io.erlmcp.dispatch.Caller} and {@link io.erlmcp.dispatch.ReplyPath}.
 */
@NullMarked
package io.erlmcp.dispatch;

import org.jspecify.annotations.NullMarked;
