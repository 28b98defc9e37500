package io.erlmcp.feature;

import java.util.Map;
import java.util.Optional;

/**
 * Small texts by name that server code keeps with the session of a call: there as long as the
 * session is, so after a restart too where sessions are kept on a disk, and shown to operators.
 * Bounded by {@code maxMetadataEntries} and {@code maxMetadataBytes}, 32 and 4 KB unless
 * configured; for what is larger, or shared by sessions, there is {@link CallContext#store}.
 *
 * <p>Changes wait until they are stored. They are not for tools declared non-blocking.
 */
public interface SessionMetadata {
    /** All of it as it is now, in the order of the names. */
    Map<String, String> all();

    default Optional<String> get(String name) {
        return Optional.ofNullable(all().get(name));
    }

    /**
     * Keeps a text, in place of one that has the same name.
     *
     * @throws IllegalArgumentException naming the limit that is exceeded; nothing is changed then
     * @throws io.erlmcp.protocol.McpException when the session has ended, or its store cannot be
     *     reached
     */
    void put(String name, String value);

    /**
     * Forgets a text, if there is one of that name.
     *
     * @throws io.erlmcp.protocol.McpException as {@link #put}
     */
    void remove(String name);
}
