package io.erlmcp.reliability;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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

    /** How many connections from {@code address} to {@code serverPort} the server's side holds. */
    static int held(int serverPort, String address) throws IOException {
        byte[] bytes = InetAddress.getByName(address).getAddress();
        StringBuilder reversed = new StringBuilder();
        for (byte each : bytes) {
            reversed.insert(0, String.format(Locale.ROOT, "%02X", each));
        }
        String suffix = reversed.toString();
        int held = 0;
        for (Path table : TABLES) {
            List<String> lines = Files.exists(table) ? Files.readAllLines(table) : List.of();
            for (String line : lines) {
                String[] fields = line.strip().split("\\s+");
                boolean isHeld =
                        fields.length > 3
                                && fields[3].equals(ESTABLISHED)
                                && port(fields[1]) == serverPort
                                && fields[2].split(":", 2)[0].endsWith(suffix);
                held += isHeld ? 1 : 0;
            }
        }
        return held;
    }

    /** The number behind the colon, which is hexadecimal. */
    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
    }
}
