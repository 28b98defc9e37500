import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Prints the line coverage of each module from JaCoCo's table, and ends with 1 when a module is below
 * the floor. Run by the build as a source file: {@code java Coverage.java jacoco.csv 80}.
 */
final class Coverage {
    private static final String PREFIX = "reliability/";

    private Coverage() {}

    public static void main(String[] args) throws IOException {
        var floorPercent = Integer.parseInt(args[1]);
        var table = Files.readAllLines(Path.of(args[0]));
        var columns = List.of(table.getFirst().split(","));
        var rows = table.stream().skip(1).map(line -> line.split(",")).toList();
        var missed = sum(rows, columns, "LINE_MISSED");
        var covered = sum(rows, columns, "LINE_COVERED");
        var low = false;
        for (var module : covered.keySet()) {
            var lines = covered.get(module) + missed.get(module);
            var percent = lines == 0 ? 100 : 100 * covered.get(module) / lines;
            low |= percent < floorPercent;
            System.err.printf(
                    "coverage: %-18s %3d %% of %d lines%s%n",
                    module, percent, lines, percent < floorPercent ? ", below the floor of " + floorPercent : "");
        }
        System.exit(low ? 1 : 0);
    }

    private static TreeMap<String, Long> sum(List<String[]> rows, List<String> columns, String column) {
        var index = columns.indexOf(column);
        return rows.stream()
                .collect(
                        groupingBy(
                                row -> module(row[columns.indexOf("GROUP")]),
                                TreeMap::new,
                                summingLong(row -> Long.parseLong(Arrays.asList(row).get(index)))));
    }

    /** JaCoCo calls a module after the report and itself. */
    private static String module(String group) {
        return group.startsWith(PREFIX) ? group.substring(PREFIX.length()) : group;
    }
}
