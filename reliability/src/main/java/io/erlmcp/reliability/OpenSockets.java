package io.erlmcp.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which of our connections the kernel still holds as established, neither closed nor reset by the
 * other side. It is asked rather than the sockets, since whoever reads from one is no peer that
 * never reads.
 */
final class OpenSockets {
    private static final List<Path> TABLES =
            List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final String ESTABLISHED = "01";

    private OpenSockets() {}

    /** The local ports of connections to {@code serverPort} that are established. */
    static Set<Integer> localPorts(int serverPort) throws IOException {
        Set<Integer> ports = new HashSet<>();
        for (Path table : TABLES) {
            if (!Files.exists(table)) {
                continue;
            }
            for (String line : Files.readAllLines(table)) {
                String[] fields = line.strip().split("\\s+");
                if (fields.length > 3
                        && fields[3].equals(ESTABLISHED)
                        && port(fields[2]) == serverPort) {
                    ports.add(port(fields[1]));
                }
            }
        }
        return ports;
    }

    /** The number behind the colon, which is hexadecimal. */
    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
    }
}
