package io.erlmcp.resilience;

/**
 * How much may be open at the same time: what is open stays, and nothing more is opened beyond.
 *
 * @param connections of clients
 * @param sessions of the legacy era
 * @param streams that clients listen to, of both eras
 * @param tasks that run
 */
public record Room(int connections, int sessions, int streams, int tasks) {
    /** No bound but the usual ones. */
    public static final Room UNBOUNDED =
            new Room(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** Nothing new at all. */
    public static final Room NONE = new Room(0, 0, 0, 0);

    public Room {
        if (connections < 0 || sessions < 0 || streams < 0 || tasks < 0) {
            throw new IllegalArgumentException(
                    "no room: connections "
                            + connections
                            + ", sessions "
                            + sessions
                            + ", streams "
                            + streams
                            + ", tasks "
                            + tasks);
        }
    }

    /** The same but for connections. */
    public Room withConnections(int other) {
        return new Room(other, sessions, streams, tasks);
    }
}
