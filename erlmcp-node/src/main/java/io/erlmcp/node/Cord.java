package io.erlmcp.node;

import io.erlmcp.andon.Andon;
import io.erlmcp.andon.AndonEvent;
import io.erlmcp.andon.AndonPages;
import io.erlmcp.andon.AndonStep;
import io.erlmcp.andon.ComponentState;
import io.erlmcp.andon.Disk;
import io.erlmcp.andon.Drains;
import io.erlmcp.andon.Phase;
import io.erlmcp.andon.ReceiptPages;
import io.erlmcp.andon.SavedStates;
import io.erlmcp.andon.Work;
import io.erlmcp.config.NodeConfig;
import io.erlmcp.config.SessionsConfig;
import io.erlmcp.dispatch.RunningCalls;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.server.McpServer;
import io.erlmcp.session.SessionRecord;
import io.erlmcp.store.SessionBytes;
import io.erlmcp.supervision.StartGate;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.upstream.Upstreams;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The andon cord, tied to the parts of this node: halts refuse calls and hide what is halted, stops
 * in order see the calls in progress, and sessions in memory are left to the next run.
 *
 * <p>Process model: no thread of its own; made and closed by the {@link Node}.
 */
final class Cord implements Work {
    private static final Logger LOG = LoggerFactory.getLogger(Cord.class);
    private static final ComponentId SESSIONS = ComponentId.of("sessions");

    /** Resuming comes in here: it cannot be halted. */
    private static final ComponentId ADMIN = ComponentId.of("listeners", "admin");

    private static final ComponentId LISTENERS = ComponentId.of("listeners");

    private final NodeConfig config;
    private final Observer observer;
    private final @Nullable Path folder;
    private final Andon andon;
    private final @Nullable SavedStates states;
    private final Drains drains;
    private volatile @Nullable McpServer server;
    private volatile @Nullable CordAndTree inTree;
    private volatile boolean isStopping;
    private long stopNanos;
    private int stopFirst;

    /**
     * @param folder the data folder; null when nothing is kept
     */
    Cord(NodeConfig config, @Nullable Path folder, Observer observer) {
        this.config = config;
        this.observer = observer;
        this.folder = folder;
        this.andon =
                folder == null
                        ? Andon.keepingNothing(
                                Settings.andon(config.andon()), Time.system(), observer)
                        : Andon.open(
                                folder,
                                Settings.andon(config.andon()),
                                Disk.REAL,
                                Time.system(),
                                observer);
        this.states = folder == null ? null : states(folder);
        this.drains = new Drains(andon, this, Time.system(), observer);
    }

    /** What components leave to their next run; null where nothing can be kept, which is told. */
    private @Nullable SavedStates states(Path data) {
        try {
            return SavedStates.in(
                    data, config.andon().savedStateAge(), Disk.REAL, Time.system(), observer);
        } catch (IOException e) {
            observer.on(new AndonEvent.NotKept("what components save", e.toString()));
            return null;
        }
    }

    /** What components leave to their next run; null where nothing is kept. */
    @Nullable SavedStates states() {
        return states;
    }

    Andon andon() {
        return andon;
    }

    /** Denies the start of what is halted. */
    StartGate startGate() {
        return component -> andon.mayStart(component) ? null : "component_halted";
    }

    /** Ties the cord to the server; lists leave out what is halted from the start. */
    void attach(McpServer made) {
        server = made;
        andon.onChange(this::changed);
        for (var halt : andon.halts()) {
            hide(made, halt.component());
        }
    }

    /**
     * Ties the cord to the tree, to what stands behind the tools of upstream servers, and to the
     * ways in.
     */
    void attach(NodeTree tree, Upstreams upstreams, Listeners listeners) {
        andon.door(Listeners::of);
        andon.owner((method, name) -> upstreams.behind(method, name).orElse(null));
        inTree =
                new CordAndTree(
                        andon, this, tree, listeners, config.drain().timeout(), drains::isUnderWay);
    }

    private void changed(AndonStep.Outcome outcome) {
        McpServer made = server;
        if (made == null) {
            return;
        }
        switch (outcome) {
            case AndonStep.Outcome.Halted it -> hide(made, it.halt().component());
            case AndonStep.Outcome.Resumed it -> hide(made, it.stop().halt().component());
            case AndonStep.Outcome.AlreadyHalted it -> {}
            case AndonStep.Outcome.NotHalted it -> {}
            case AndonStep.Outcome.NeedsAnalysis it -> {}
            case AndonStep.Outcome.Refused it -> {}
        }
    }

    /** The lists in which a component stands look again. */
    private void hide(McpServer made, ComponentId component) {
        String path = component.path();
        int slash = path.indexOf('/');
        switch (slash < 0 ? path : path.substring(0, slash)) {
            case "tools" -> made.tools().withhold(andon::hidesTool);
            case "prompts" -> made.prompts().withhold(andon::hidesPrompt);
            case "resources" -> made.resources().withhold(andon::hidesResource);
            default -> {}
        }
    }

    // ---- what runs ----

    @Override
    public InFlight inFlight(ComponentId component) {
        McpServer made = server;
        if (made == null) {
            return InFlight.NONE;
        }
        Set<String> transports = Listeners.transports(component);
        RunningCalls calls =
                transports.isEmpty()
                        ? made.inFlight(andon.callsOf(component))
                        : made.inFlight(transports);
        return new InFlight(calls.count(), calls.count() == 0 ? null : calls.oldest());
    }

    @Override
    public void cut(ComponentId component) {
        McpServer made = server;
        if (made == null) {
            return;
        }
        String why = component + " was halted while the call was running";
        Set<String> transports = Listeners.transports(component);
        int cut =
                transports.isEmpty()
                        ? made.stopCalls(andon.callsOf(component), why)
                        : made.stopCalls(transports, why);
        LOG.debug("{} calls of {} were cut", cut, component);
    }

    // ---- operators ----

    /**
     * The pages by path.
     *
     * @param evidence what shows what happened to a component; null where there is nothing
     * @param errorLines what a component wrote to its standard error
     */
    Map<String, Consumer<HttpExchange>> pages(
            Function<ComponentId, @Nullable JsonObject> evidence,
            Function<ComponentId, List<String>> errorLines) {
        AndonPages.Setup setup =
                new AndonPages.Setup(
                        config.drain().timeout(),
                        config.drain().halting(),
                        this::isKnown,
                        Cord::isVital,
                        Time.system(),
                        evidence,
                        errorLines);
        Map<String, Consumer<HttpExchange>> pages =
                new LinkedHashMap<>(new AndonPages(andon, drains, this, setup).byPath());
        if (folder != null) {
            pages.putAll(new ReceiptPages(folder.resolve(Andon.FOLDER)).byPath());
        }
        return pages;
    }

    /** Whether its halt would close the way in for a resume. */
    static boolean isVital(ComponentId component) {
        return component.isWithin(ADMIN) || component.equals(LISTENERS);
    }

    boolean isKnown(ComponentId component) {
        McpServer made = server;
        CordAndTree tree = inTree;
        return made != null
                && Stream.concat(
                                KnownComponents.of(made),
                                tree == null ? Stream.empty() : tree.components())
                        .anyMatch(it -> it.isWithin(component));
    }

    /** Leaves a receipt of a session that an operator ended. */
    void sessionDropped(String handle, String who) {
        try {
            andon.receipts().write(who, "sessions.drop", SESSIONS, JsonObject.of("handle", handle));
        } catch (IOException e) {
            observer.on(new AndonEvent.NotKept("the receipt of a session's end", e.toString()));
        }
    }

    // ---- the stop of the node ----

    /** The node begins to stop. */
    void draining() {
        isStopping = true;
        stopNanos = System.nanoTime();
        stopFirst = server == null ? 0 : server.inFlight();
        observer.on(new AndonEvent.PhaseChanged(ComponentId.NODE, Phase.DRAINING));
    }

    /** Calls had their time; what is left is cut. */
    void halting() {
        if (!isStopping) {
            return; // it never started
        }
        observer.on(new AndonEvent.PhaseChanged(ComponentId.NODE, Phase.HALTING));
    }

    /**
     * The node has stopped.
     *
     * @param cut calls that had to be cut
     */
    void stopped(int cut) {
        if (!isStopping) {
            return;
        }
        observer.on(new AndonEvent.PhaseChanged(ComponentId.NODE, Phase.STOPPED));
        observer.on(
                new AndonEvent.DrainFinished(
                        ComponentId.NODE,
                        Duration.ofNanos(System.nanoTime() - stopNanos),
                        Math.max(0, stopFirst - cut),
                        cut));
    }

    // ---- sessions in memory ----

    /** Saves the sessions of a node that keeps them in memory; what goes wrong stops no stop. */
    void saveSessions(McpServer from) {
        SavedStates kept = states;
        if (kept == null || config.sessions().backend() != SessionsConfig.Backend.MEMORY) {
            return;
        }
        List<SessionRecord> records = from.sessionRecords();
        try {
            if (records.isEmpty()) {
                kept.delete(SESSIONS);
                return;
            }
            kept.save(
                    new ComponentState(
                            SESSIONS,
                            Instant.now(),
                            records.stream()
                                    .map(SessionBytes::write)
                                    .map(Base64.getEncoder()::encodeToString)
                                    .toList(),
                            List.of(),
                            List.of()));
        } catch (IOException e) {
            observer.on(new AndonEvent.NotKept(records.size() + " sessions", e.toString()));
        }
    }

    /** Takes on the sessions that the last run left, unless they are too old to be used. */
    void restoreSessions(McpServer to) {
        SavedStates kept = states;
        if (kept == null) {
            return;
        }
        try {
            kept.cleanUp();
            if (config.sessions().backend() != SessionsConfig.Backend.MEMORY) {
                return;
            }
            ComponentState left = kept.take(SESSIONS).orElse(null);
            if (left == null || isOver(left)) {
                return;
            }
            List<SessionRecord> records = new ArrayList<>();
            for (String session : left.sessions()) {
                records.add(SessionBytes.read(Base64.getDecoder().decode(session)));
            }
            int restored = to.restoreSessions(records);
            observer.on(new AndonEvent.StateRestored(SESSIONS, restored, 0));
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("the sessions of the last run are not restored: {}", e.getMessage());
        }
    }

    private boolean isOver(ComponentState left) {
        Duration age = Duration.between(left.saved(), Instant.now());
        return age.compareTo(config.sessions().idleTimeout()) > 0;
    }
}
