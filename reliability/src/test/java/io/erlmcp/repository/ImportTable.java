package io.erlmcp.repository;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which package may use which. A package without a row may not exist; there is no other list. */
final class ImportTable {
    private static final String ROOT = "io.erlmcp.";

    private final Map<String, Set<String>> rows = new HashMap<>();

    /** The table of {@code docs/architecture.md}, lowest layer first. */
    static ImportTable ofThisRepository() {
        var table = new ImportTable();
        table.core();
        table.otherModules();
        return table;
    }

    private void core() {
        row("runtime", "");
        row("json", "");
        row("observability", "runtime json");
        row("rpc", "json");
        row("protocol", "json");
        row("transport", "rpc json runtime observability");
        row("wire", "json rpc protocol");
        row("supervision", "runtime observability");
        row("registry", "runtime observability");
        row("resilience", "runtime observability");
        row("security", "protocol json runtime observability");
        row("feature", "protocol rpc json security runtime observability");
        row("task", "protocol json security runtime observability");
        row(
                "dispatch",
                "task feature wire rpc protocol json security resilience runtime observability");
        row(
                "session",
                "dispatch task feature transport rpc wire protocol json security registry"
                        + " resilience supervision runtime observability");
        row("server", core);
        row("client", core);
    }

    private void otherModules() {
        // the network engine: it knows connections and evidence, no sessions and no methods
        for (var engine : List.of("http", "tcp", "oauth")) {
            row(engine, "network tls " + NETWORK);
        }
        // a WebSocket begins as an HTTP request
        row("websocket", "http network tls " + NETWORK);
        row("network", NETWORK);
        row("tls", "network " + NETWORK);
        // what a user wrote decides among the client transports
        row("connect", "http tcp websocket tls " + NETWORK);
        // the storage engine: it knows sessions, no transport and no method
        row("store", "session task feature protocol json security runtime observability");
        // two stores as one: it knows no engine
        row("migration", "session task feature protocol json runtime observability");
        row("testkit", core + " server client");

        // the node: parts beside each other, which only io.erlmcp.node puts together
        for (var part : NODE_PARTS) {
            row(part, CORE_OF_THE_NODE);
        }
        // it watches the messages of a transport, whose ids are of rpc
        row("upstream", "rpc " + CORE_OF_THE_NODE);
        // it reads the events of every package
        row(
                "telemetry",
                "upstream dispatch session task http network store migration guardian health andon"
                        + " recovery "
                        + CORE_OF_THE_NODE);
        // it counts the calls that do not come back
        row("guardian", "dispatch " + CORE_OF_THE_NODE);
        // it shows the sessions
        row("admin", "session " + CORE_OF_THE_NODE);
        // neither client nor server: it measures both from outside
        row("bench", "json protocol runtime");
        // it breaks nodes and looks at them from outside; its tools are a plug-in of theirs
        row("chaos", "client http transport feature protocol json runtime");
        // wire, because answers for machines are printed as they are sent
        row("cli", "bench chaos config connect tls wire store andon " + CORE_OF_THE_NODE);
        row(
                "node",
                core
                        + " server client http network tcp websocket tls connect oauth store"
                        + " migration cli "
                        + String.join(" ", NODE_PARTS));

        var exported =
                "server client feature transport protocol security observability json http connect";
        // a tool of the fixture lets threads run, to show that this is noticed
        row("conformance", exported + " runtime");
        row("examples", exported + " testkit");
        row(
                "reliability",
                core
                        + " server client http tcp websocket store testkit chaos node "
                        + String.join(" ", NODE_PARTS));
    }

    private static final String NETWORK =
            "transport rpc protocol json security runtime observability";
    private static final String CORE_OF_THE_NODE =
            "server client feature transport protocol json security supervision registry resilience"
                    + " runtime observability";
    private static final List<String> NODE_PARTS =
            List.of(
                    "config",
                    "upstream",
                    "health",
                    "recovery",
                    "andon",
                    "guardian",
                    "alert",
                    "flags",
                    "admin",
                    "builtin",
                    "telemetry");

    private final String core =
            "runtime json observability rpc protocol transport wire supervision registry resilience"
                    + " security task feature dispatch session";

    void row(String name, String mayUse) {
        rows.put(
                name,
                Arrays.stream(mayUse.split(" "))
                        .filter(word -> !word.isEmpty())
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** What the classes do against the table, one line each. */
    List<String> violations(JavaClasses classes) {
        var found = new TreeSet<String>();
        for (var user : classes) {
            if (user.getSimpleName().equals("package-info")) {
                continue; // only annotations and comments
            }
            var name = packageOf(user);
            var mayUse = rows.get(name);
            if (mayUse == null) {
                found.add(
                        "package %s has no row in the import table"
                                .formatted(user.getPackageName()));
                continue;
            }
            user.getDirectDependenciesFromSelf().stream()
                    .filter(use -> isForbidden(name, mayUse, use))
                    .map(
                            use ->
                                    "%s may not use %s: %s"
                                            .formatted(
                                                    name,
                                                    packageOf(use.getTargetClass()),
                                                    use.getDescription()))
                    .forEach(found::add);
        }
        return new ArrayList<>(found);
    }

    private static boolean isForbidden(String name, Set<String> mayUse, Dependency use) {
        var used = use.getTargetClass();
        if (!used.getPackageName().startsWith(ROOT)) {
            return false;
        }
        return !packageOf(used).equals(name) && !mayUse.contains(packageOf(used));
    }

    /** {@code http} for a class of {@code io.erlmcp.http}; packages are flat. */
    private static String packageOf(JavaClass type) {
        var name = type.getPackageName();
        return name.startsWith(ROOT) ? name.substring(ROOT.length()) : name;
    }
}
