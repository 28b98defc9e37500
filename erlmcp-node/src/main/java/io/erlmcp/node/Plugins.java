package io.erlmcp.node;

import io.erlmcp.builtin.BuiltinProvider;
import io.erlmcp.feature.Catalogs;
import io.erlmcp.feature.RunningNode;
import io.erlmcp.feature.ToolProvider;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the providers of tools: in jars, each with a class loader of its own, or by class name on
 * the node's class path. Where none is configured, the built-in ones serve. The class loaders stay
 * open as long as the node runs.
 *
 * <p>Process model: no thread but those on which {@link #stopping} asks the providers, side by
 * side.
 */
final class Plugins implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);
    private static final String COMPONENTS = "plugins";

    /** Of a class; the end of a longer one. */
    private static final int LONGEST_NAME = 150;

    /** What all providers may take to stop. */
    private static final Duration STOPPING = Duration.ofSeconds(1);

    private final List<URLClassLoader> loaders = new ArrayList<>();
    private final List<ToolProvider> providers = new ArrayList<>();

    /** Those that were told of the start. */
    private final Map<ComponentId, ToolProvider> started = new LinkedHashMap<>();

    /**
     * @param entries as in the configuration
     * @param folder what relative paths of jars start from
     */
    static Plugins load(List<String> entries, Path folder) throws StartException {
        Plugins plugins = new Plugins();
        try {
            for (String entry : entries) {
                plugins.load(entry, folder);
            }
            plugins.checkNames();
        } catch (StartException e) {
            plugins.close();
            throw e;
        }
        if (entries.isEmpty()) {
            plugins.providers.add(new BuiltinProvider());
        }
        return plugins;
    }

    List<ToolProvider> providers() {
        return List.copyOf(providers);
    }

    /** Tells all providers that the server is there. */
    void started(Catalogs catalogs, Function<ComponentId, RunningNode> node) throws StartException {
        for (ToolProvider provider : providers) {
            ComponentId plugin = name(provider);
            started.put(plugin, provider);
            try {
                provider.started(catalogs, node.apply(plugin));
            } catch (RuntimeException | LinkageError e) {
                throw new StartException("plugins: " + plugin + " failed to start: " + e, e);
            }
        }
    }

    /** Its class, as far as components may have such names. */
    private static ComponentId name(ToolProvider provider) {
        String plain = provider.getClass().getName().replaceAll("[^A-Za-z0-9_.-]", "_");
        return ComponentId.of(
                COMPONENTS, plain.substring(Math.max(0, plain.length() - LONGEST_NAME)));
    }

    /** What one halts and saves must not be taken for another's. */
    private void checkNames() throws StartException {
        Set<ComponentId> names = new HashSet<>();
        for (ToolProvider provider : providers) {
            if (!names.add(name(provider))) {
                throw new StartException("plugins: there are two " + name(provider));
            }
        }
    }

    /**
     * Tells all providers that were told of the start that the node stops; one that takes too long
     * is left behind, and told of.
     */
    void stopping() {
        Map<ComponentId, Thread> asked = new LinkedHashMap<>();
        started.forEach(
                (plugin, it) ->
                        asked.put(
                                plugin,
                                Threads.startVirtual("stop " + plugin, () -> stop(plugin, it))));
        started.clear();
        long end = System.nanoTime() + STOPPING.toNanos();
        asked.forEach((plugin, thread) -> await(plugin, thread, end - System.nanoTime()));
    }

    private static void stop(ComponentId plugin, ToolProvider provider) {
        try {
            provider.stopping();
        } catch (RuntimeException | LinkageError problem) {
            LOG.warn("{} failed to stop", plugin, problem);
        }
    }

    private static void await(ComponentId plugin, Thread thread, long nanos) {
        try {
            if (!thread.join(Duration.ofNanos(Math.max(0, nanos)))) {
                LOG.warn("{} did not stop within {}: it is left behind", plugin, STOPPING);
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void load(String entry, Path folder) throws StartException {
        if (entry.endsWith(".jar")) {
            loadJar(folder.resolve(entry));
        } else {
            providers.add(instance(entry));
        }
    }

    private void loadJar(Path jar) throws StartException {
        if (!Files.isReadable(jar)) {
            throw new StartException("plugins: " + jar + ": there is no such file");
        }
        int before = providers.size();
        try {
            URLClassLoader loader =
                    new URLClassLoader(
                            "plugin " + jar.getFileName(),
                            new URL[] {jar.toUri().toURL()},
                            Plugins.class.getClassLoader());
            loaders.add(loader);
            ServiceLoader.load(ToolProvider.class, loader).stream()
                    .filter(found -> loader.equals(found.type().getClassLoader()))
                    .forEach(found -> providers.add(found.get()));
        } catch (IOException | ServiceConfigurationError | LinkageError e) {
            throw new StartException("plugins: " + jar + ": " + e.getMessage(), e);
        }
        if (providers.size() == before) {
            throw new StartException(
                    "plugins: "
                            + jar
                            + ": names no provider in META-INF/services/"
                            + ToolProvider.class.getName());
        }
    }

    private static ToolProvider instance(String name) throws StartException {
        Object instance;
        try {
            instance = Class.forName(name).getConstructor().newInstance();
        } catch (ClassNotFoundException e) {
            throw new StartException(
                    "plugins: "
                            + name
                            + ": there is no such class on the class path (a jar's path ends in"
                            + " .jar)",
                    e);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new StartException("plugins: " + name + ": cannot be made: " + e, e);
        }
        if (instance instanceof ToolProvider provider) {
            return provider;
        }
        throw new StartException("plugins: " + name + ": is no " + ToolProvider.class.getName());
    }

    @Override
    public void close() {
        for (URLClassLoader loader : loaders) {
            try {
                loader.close();
            } catch (IOException e) {
                LOG.warn("cannot close {}", loader.getName(), e);
            }
        }
    }
}
