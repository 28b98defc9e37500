package io.erlmcp.chaos;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * How programs of this class path are started.
 *
 * @param words the JVM and its options
 * @param classPath where its classes are
 */
public record JavaProgram(List<String> words, String classPath) {
    private static final String NODE = "io.erlmcp.node.Main";
    private static final List<String> KEPT =
            List.of("-XX:", "-Xlog", "--enable-native-access", "--sun-misc", "-Dio.netty");
    private static final List<String> SMALL =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx48m", "-Xshare:auto");

    public JavaProgram {
        words = List.copyOf(words);
    }

    /**
     * As this process was started, without what concerns it alone: its memory, agents, recordings.
     */
    public static JavaProgram ofThisProcess() {
        String java =
                ProcessHandle.current()
                        .info()
                        .command()
                        .orElseThrow(() -> new IllegalStateException("this system hides commands"));
        List<String> words = new ArrayList<>(List.of(java));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(it -> KEPT.stream().anyMatch(it::startsWith))
                .filter(it -> !it.startsWith("-XX:AOTCacheOutput"))
                .forEach(words::add);
        return new JavaProgram(words, ManagementFactory.getRuntimeMXBean().getClassPath());
    }

    /** The command line of a node; {@code options} are the JVM's. */
    List<String> node(List<String> options, String... arguments) {
        List<String> command = new ArrayList<>(words);
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, NODE));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The command line of a program that does little, and should be there soon. */
    List<String> small(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(words.getFirst()));
        command.addAll(SMALL);
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
