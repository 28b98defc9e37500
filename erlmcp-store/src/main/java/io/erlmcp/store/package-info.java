/**
 * Sessions, the events of their streams and small values on the disk of one node.
 *
 * <p>Entry class: {@link io.erlmcp.store.DiskStore}. The only user of the storage engine; knows no
 * transport and no method of the protocol.
 *
 * <p>Process model: one committer thread applies every change that is acknowledged, a batch at a
 * time, with one sync for each batch; a few reader threads run what reads the disk, so that callers
 * on virtual threads wait without holding a carrier. Events are appended by the threads that send
 * them, without a sync and without waiting.
 */
@NullMarked
package io.erlmcp.store;

import org.jspecify.annotations.NullMarked;
