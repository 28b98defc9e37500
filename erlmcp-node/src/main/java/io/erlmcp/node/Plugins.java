package io.erlmcp.node;

import io.erlmcp.builtin.BuiltinProvider;
import io.erlmcp.feature.ToolProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Finds the providers of tools: in jars, each with a class loader of its own, or by class name on
 * the node's class path. Where none is configured, the built-in ones serve. The class loaders stay
 * open as long as the node runs.
 */
final class Plugins implements AutoCloseable {
    private final List<URLClassLoader> loaders = new ArrayList<>();
    private final List<ToolProvider> providers = new ArrayList<>();

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
                org.slf4j.LoggerFactory.getLogger(Plugins.class)
                        .warn("cannot close {}", loader.getName(), e);
            }
        }
    }
}
