package io.erlmcp.node;

import io.erlmcp.andon.Components;
import io.erlmcp.andon.Disk;
import io.erlmcp.cli.CommandLineParts;
import io.erlmcp.client.EraChoice;
import io.erlmcp.config.BreakerConfig;
import io.erlmcp.config.MessageQueueConfig;
import io.erlmcp.config.NodeConfig;
import io.erlmcp.config.UpstreamConfig;
import io.erlmcp.config.UpstreamNeeds;
import io.erlmcp.connect.Options;
import io.erlmcp.connect.Target;
import io.erlmcp.feature.Priority;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.recovery.RestartLimits;
import io.erlmcp.resilience.Refusal;
import io.erlmcp.runtime.Time;
import io.erlmcp.server.McpServer;
import io.erlmcp.supervision.ChildSpec;
import io.erlmcp.supervision.Intensity;
import io.erlmcp.supervision.Restart;
import io.erlmcp.supervision.RestartPause;
import io.erlmcp.supervision.Strategy;
import io.erlmcp.supervision.SupervisorSpec;
import io.erlmcp.transport.ChildProcessConfig;
import io.erlmcp.transport.ChildProcessTransport;
import io.erlmcp.upstream.Claims;
import io.erlmcp.upstream.Sightings;
import io.erlmcp.upstream.Upstream;
import io.erlmcp.upstream.UpstreamSettings;
import io.erlmcp.upstream.Upstreams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The branch of the tree in which upstream servers run: {@code upstreams/NAME}. */
final class UpstreamBranch {
    static final ComponentId ID = Components.UPSTREAMS;
    private static final Duration STOP_GRACE = Duration.ofSeconds(2);

    /** A child is given its grace three times at most: to end, to terminate, and to be killed. */
    private static final Duration STOP =
            STOP_GRACE.plus(STOP_GRACE).plus(STOP_GRACE).plus(STOP_GRACE);

    private static final int MAX_ERROR_LINES = 200;

    /** The first pause before a server on a network is connected to again. */
    private static final Duration RECONNECT = Duration.ofSeconds(1);

    /**
     * Of connections to a server on a network: with pauses of half a second and more there are 120
     * at most within the period. It does not fail because the network does, so that nobody has to
     * resume it when that is back.
     */
    private static final int NEVER_USED_UP = 1_000;

    private final Map<String, UpstreamConfig> configs;
    private final Upstreams upstreams;

    /**
     * @param folder what relative folders of children start from
     * @param data the data folder; null when nothing is kept
     * @param halts why a component is not called, when it is halted
     */
    UpstreamBranch(
            NodeConfig config,
            McpServer server,
            Observer observer,
            Path folder,
            @Nullable Path data,
            Function<ComponentId, Optional<Refusal>> halts)
            throws StartException {
        this.configs = config.upstreams();
        io.erlmcp.upstream.Target target =
                new io.erlmcp.upstream.Target(
                        server.tools(),
                        server.prompts(),
                        server.resources(),
                        server.completions(),
                        server::resourceUpdated);
        List<UpstreamSettings> settings = new ArrayList<>();
        for (Map.Entry<String, UpstreamConfig> entry : configs.entrySet()) {
            settings.add(settings(entry.getKey(), entry.getValue(), folder));
        }
        this.upstreams =
                new Upstreams(
                        settings,
                        new Upstream.Surroundings(
                                target,
                                new Claims(),
                                data == null
                                        ? Sightings.NONE
                                        : new SightingFiles(
                                                data, Disk.REAL, Time.system(), observer),
                                Time.system(),
                                observer,
                                CommandLineParts.version(),
                                name -> priority(config.messageQueueConfig(), name),
                                halts,
                                NodeRecovery.secrets(config)::hide));
    }

    /** As the list of the node's waiting calls has it. */
    private static Priority priority(MessageQueueConfig queue, String name) {
        if (queue.highPriority().contains(name)) {
            return Priority.HIGH;
        }
        return queue.lowPriority().contains(name) ? Priority.LOW : Priority.NORMAL;
    }

    Upstreams upstreams() {
        return upstreams;
    }

    /** What each of them says that it needs. */
    Map<ComponentId, List<ComponentId>> needs() {
        return upstreams.all().stream()
                .filter(it -> !it.needs().isEmpty())
                .collect(Collectors.toMap(Upstream::component, Upstream::needs));
    }

    /**
     * A dynamic supervisor: they start and stop side by side, and none waits for another. The start
     * of what is needed begins before that of what needs it.
     */
    SupervisorSpec spec() {
        Map<String, Upstream> byName =
                upstreams.all().stream().collect(Collectors.toMap(Upstream::name, it -> it));
        List<ChildSpec> children =
                UpstreamNeeds.startOrder(configs).stream()
                        .map(name -> Objects.requireNonNull(byName.get(name)))
                        .map(
                                it ->
                                        new ChildSpec(
                                                it.name(),
                                                it,
                                                restart(configs.get(it.name())),
                                                STOP,
                                                STOP))
                        .toList();
        int most =
                upstreams.all().stream()
                        .mapToInt(it -> limits(it.component()).intensity().restarts())
                        .max()
                        .orElse(0);
        // one more than the advice allows, so that the advice is what holds
        Intensity intensity = new Intensity(most + 1, Intensity.DEFAULT.period());
        return new SupervisorSpec(
                Strategy.DYNAMIC, intensity, Math.max(1, children.size()), children);
    }

    private static Restart restart(@Nullable UpstreamConfig config) {
        if (config == null) {
            return Restart.PERMANENT;
        }
        return switch (config.restart()) {
            case PERMANENT -> Restart.PERMANENT;
            case TRANSIENT -> Restart.TRANSIENT;
            case TEMPORARY -> Restart.TEMPORARY;
        };
    }

    /** How often and how soon a component may be started again; the usual for all others. */
    RestartLimits limits(ComponentId component) {
        UpstreamConfig config =
                component.isWithin(ID) && !component.equals(ID)
                        ? configs.get(component.path().substring(ID.path().length() + 1))
                        : null;
        if (config == null) {
            return RestartLimits.DEFAULTS;
        }
        Duration longest = config.maxRestartPause();
        if (!config.url().isEmpty()) {
            return new RestartLimits(
                    new Intensity(NEVER_USED_UP, Intensity.DEFAULT.period()),
                    new RestartPause(
                            RECONNECT, longest.compareTo(RECONNECT) < 0 ? RECONNECT : longest));
        }
        Duration first = RestartPause.DEFAULT.first();
        return new RestartLimits(
                new Intensity(config.maxRestarts(), Intensity.DEFAULT.period()),
                new RestartPause(first.compareTo(longest) < 0 ? first : longest, longest));
    }

    static UpstreamSettings settings(String name, UpstreamConfig config, Path folder)
            throws StartException {
        UpstreamSettings.Transport transport =
                config.url().isEmpty() ? child(config, folder) : url(name, config);
        return new UpstreamSettings(
                name,
                !config.url().isEmpty(),
                EraChoice.valueOf(config.era().name()),
                transport,
                new UpstreamSettings.Names(
                        config.prefix().isEmpty() ? name + '_' : config.prefix(),
                        config.alwaysPrefix(),
                        config.allow(),
                        config.deny()),
                new UpstreamSettings.Patience(
                        config.callTimeout(),
                        config.maxWait(),
                        config.connectTimeout(),
                        config.pingInterval(),
                        config.pingTimeout(),
                        config.maxMissedPings()),
                new UpstreamSettings.Bounds(
                        config.maxRunning(),
                        config.maxWaiting(),
                        config.maxRunningPerTool(),
                        config.maxEntries(),
                        MAX_ERROR_LINES,
                        config.maxMemory().bytes()),
                new UpstreamSettings.Turn(config.nice(), config.yieldAfter()),
                breaker(config.breaker()),
                new UpstreamSettings.Cache(config.cachedAnswers(), config.cachedAge()),
                config.questions(),
                config.changedTools() == UpstreamConfig.Changed.HOLD,
                config.needs());
    }

    private static io.erlmcp.resilience.BreakerConfig breaker(BreakerConfig config) {
        return new io.erlmcp.resilience.BreakerConfig(
                config.failureThreshold(),
                config.timeout(),
                config.halfOpenRequests(),
                config.window(),
                config.minSamples(),
                config.maxErrorPercent() / 100.0,
                config.maxP95());
    }

    private static UpstreamSettings.Transport child(UpstreamConfig config, Path folder) {
        ChildProcessConfig child =
                ChildProcessConfig.of(config.command())
                        .withInherited(new LinkedHashSet<>(config.inherit()))
                        .withEnvironment(config.environment())
                        .withMaxMessageBytes(config.maxMessage().toIntBytes())
                        .withStopGrace(STOP_GRACE)
                        .withContainment()
                        .withNice(config.nice());
        ChildProcessConfig placed =
                config.directory().isEmpty()
                        ? child
                        : child.withDirectory(folder.resolve(config.directory()));
        return (onErrorLine, sessionNice) ->
                new ChildProcessTransport(
                        placed.withErrorLines(onErrorLine).withSessionNice(sessionNice));
    }

    private static UpstreamSettings.Transport url(String name, UpstreamConfig config)
            throws StartException {
        try {
            // read here, so that a mistake is told before the node starts
            Target server = Target.url(config.url());
            Options options = Options.NONE.withHeaders(config.headers());
            return (onErrorLine, sessionNice) -> server.transport(options);
        } catch (IllegalArgumentException e) {
            throw new StartException("upstreams." + name + ".url: " + e.getMessage(), e);
        }
    }
}
