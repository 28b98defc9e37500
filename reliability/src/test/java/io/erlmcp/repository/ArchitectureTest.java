package io.erlmcp.repository;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.erlmcp.testing.Requirement;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may use what: the import table, libraries behind their seams, threads in one place. */
class ArchitectureTest {
    private static final Set<String> THREAD_STARTERS =
            Set.of(
                    "java.lang.Thread",
                    "java.lang.Thread$Builder",
                    "java.lang.Thread$Builder$OfVirtual",
                    "java.lang.Thread$Builder$OfPlatform",
                    "java.util.concurrent.Executors",
                    "java.util.concurrent.ForkJoinPool",
                    "java.util.concurrent.ThreadPoolExecutor",
                    "java.util.concurrent.ScheduledThreadPoolExecutor",
                    "java.util.Timer");

    private static final Set<String> STARTING_METHODS =
            Set.of(
                    "<init>",
                    "start",
                    "startVirtualThread",
                    "ofVirtual",
                    "ofPlatform",
                    "unstarted",
                    "factory",
                    "commonPool");

    private static final DescribedPredicate<AccessTarget> STARTS_A_THREAD =
            describe(
                    "starts a thread",
                    target -> {
                        var owner = target.getOwner().getName();
                        return THREAD_STARTERS.contains(owner)
                                        && (STARTING_METHODS.contains(target.getName())
                                                || owner.endsWith("Executors"))
                                || owner.equals("java.util.concurrent.CompletableFuture")
                                        && target.getName().endsWith("Async")
                                || target.getName().equals("parallelStream");
                    });

    private static final DescribedPredicate<AccessTarget> READS_THE_ENVIRONMENT =
            describe(
                    "reads environment or system properties",
                    target ->
                            target.getOwner().getName().equals("java.lang.System")
                                    && Set.of("getenv", "getProperty", "getProperties")
                                            .contains(target.getName()));

    static final ArchRule THREADS_START_IN_RUNTIME =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.erlmcp.runtime")
                    .should()
                    .callCodeUnitWhere(target(STARTS_A_THREAD));

    static final ArchRule ONLY_THE_NODE_READS_THE_ENVIRONMENT =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "io.erlmcp.node",
                            "io.erlmcp.config",
                            "io.erlmcp.cli",
                            "io.erlmcp.testkit", // -Dgolden=update
                            "io.erlmcp.reliability",
                            "io.erlmcp.conformance")
                    .should()
                    .callCodeUnitWhere(target(READS_THE_ENVIRONMENT));

    static final ArchRule NO_FUTURES_IN_PUBLIC_SIGNATURES =
            noMethods()
                    .that()
                    .arePublic()
                    .or()
                    .areProtected()
                    .should()
                    .haveRawReturnType(
                            describe("a future", type -> type.isAssignableTo(Future.class)));

    static final ArchRule SOURCES_ARE_FREE_OF_CYCLES =
            slices().matching("io.erlmcp.(*)..").should().beFreeOfCycles();

    @Test
    void packagesImportByTheTable() {
        assertThat(ImportTable.ofThisRepository().violations(Classes.production())).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void theRulesHold(String name, ArchRule rule) {
        rule.allowEmptyShould(true).check(Classes.production());
    }

    static Stream<Arguments> theRulesHold() {
        return Stream.of(
                Arguments.of("packages are free of cycles", SOURCES_ARE_FREE_OF_CYCLES),
                Arguments.of("threads start in runtime", THREADS_START_IN_RUNTIME),
                Arguments.of(
                        "only the node reads the environment", ONLY_THE_NODE_READS_THE_ENVIRONMENT),
                Arguments.of("no futures in public signatures", NO_FUTURES_IN_PUBLIC_SIGNATURES),
                Arguments.of(
                        "Jackson stays in json and config, and judges in reliability",
                        only("tools.jackson..", "json", "config", "reliability")),
                Arguments.of(
                        "Jackson's annotations too", only("com.fasterxml..", "json", "config")),
                Arguments.of("the schema validator stays in json", only("com.networknt..", "json")),
                Arguments.of(
                        "the schema generator stays in json",
                        only("com.github.victools..", "json")),
                Arguments.of(
                        "the network engine stays in its module",
                        only("io.netty..", "http", "network", "tcp", "websocket", "tls")),
                Arguments.of("the storage engine stays in store", only("org.rocksdb..", "store")),
                Arguments.of("picocli stays in cli", only("picocli..", "cli", "node")),
                Arguments.of("HdrHistogram stays in bench", only("org.HdrHistogram..", "bench")),
                Arguments.of("Micrometer stays in telemetry", only("io.micrometer..", "telemetry")),
                Arguments.of(
                        "Logback stays in telemetry",
                        only("ch.qos.logback..", "telemetry", "node")));
    }

    private static ArchRule only(String library, String... packages) {
        var allowed = Stream.of(packages).map(name -> "io.erlmcp." + name).toArray(String[]::new);
        return noClasses()
                .that()
                .resideOutsideOfPackages(allowed)
                .should()
                .dependOnClassesThat(resideInAnyPackage(library));
    }

    @Test
    void theTableRefusesWhatItDoesNotList() {
        var table = new ImportTable();
        table.row("repository", "");
        var classes = classes(Starter.class);

        assertThat(table.violations(classes)).isEmpty();
        assertThat(new ImportTable().violations(classes))
                .containsExactly("package io.erlmcp.repository has no row in the import table");
    }

    @Test
    void theTableRefusesAnImportAgainstTheArrows() {
        var table = new ImportTable();
        table.row("repository", "");

        assertThat(table.violations(classes(UsesAnotherPackage.class)))
                .singleElement()
                .asString()
                .startsWith("repository may not use testing");
    }

    @Test
    void eachRuleFindsWhatBreaksIt() {
        var classes = classes(Starter.class);

        assertThatThrownBy(() -> THREADS_START_IN_RUNTIME.check(classes))
                .hasMessageContaining("Thread.startVirtualThread")
                .hasMessageContaining("Executors.newCachedThreadPool");
        assertThatThrownBy(() -> ONLY_THE_NODE_READS_THE_ENVIRONMENT.check(classes))
                .hasMessageContaining("getenv");
        assertThatThrownBy(() -> NO_FUTURES_IN_PUBLIC_SIGNATURES.check(classes))
                .hasMessageContaining("later()");
        assertThatThrownBy(() -> only("org.junit..", "json").check(classes(ArchitectureTest.class)))
                .hasMessageContaining("org.junit");
    }

    private static JavaClasses classes(Class<?>... types) {
        return new ClassFileImporter().importClasses(types);
    }

    /** Breaks several rules at once; never run. */
    static final class Starter {
        public CompletableFuture<String> later() {
            Thread.startVirtualThread(() -> {});
            Executors.newCachedThreadPool().close();
            return CompletableFuture.completedFuture(System.getenv("HOME"));
        }
    }

    /** Uses a package that the table of the test does not allow. */
    static final class UsesAnotherPackage {
        final Class<?> used = Requirement.class;
    }
}
