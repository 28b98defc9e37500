import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The Autobahn suite's fuzzing client as a program, run from source: {@code Autobahn.java URL
 * CASE...}, one line for each case. It stands alone because a class path with a package {@code io}
 * on it hides Python's module of that name. The suite's results have no public type, so it is called
 * by its name.
 *
 * <p>tidy: console, because what this program finds goes to standard output.
 */
final class Autobahn {
    private static final String SUITE = "me.normanmaurer.maven.autobahntestsuite.AutobahnTestSuite";

    private Autobahn() {}

    public static void main(String[] args) throws ReflectiveOperationException {
        var run =
                Arrays.stream(Class.forName(SUITE).getMethods())
                        .filter(it -> it.getName().equals("runFuzzingClient"))
                        .findFirst()
                        .orElseThrow();
        var cases = new ArrayList<>(Arrays.asList(args).subList(1, args.length));
        var results =
                run.invoke(
                        null, "erlmcp", args[0], Map.of("version", 18), cases, new ArrayList<>());
        for (Object result : (List<?>) results) {
            System.out.println("case " + result);
        }
        // the suite's reactor leaves threads behind
        System.exit(0);
    }
}
