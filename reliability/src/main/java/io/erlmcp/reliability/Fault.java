package io.erlmcp.reliability;

import java.util.List;

/**
 * Something that goes wrong at one node, and what must tell of it.
 *
 * @param name as figures name it
 * @param signs all of which must tell
 */
record Fault(String name, List<Sign> signs, Cause cause) {
    Fault {
        signs = List.copyOf(signs);
    }

    /** Lets it go wrong. */
    @FunctionalInterface
    interface Cause {
        Cure put(Scene scene) throws Exception;
    }

    /** Takes it away again. */
    @FunctionalInterface
    interface Cure {
        Cure NONE = () -> {};

        void heal() throws Exception;
    }

    /** A watcher that looks at other names. */
    Fault misnamed() {
        return new Fault(name, signs.stream().map(Sign::misnamed).toList(), cause);
    }

    /** What does not happen. */
    Fault notCaused() {
        return new Fault(name, signs, scene -> Cure.NONE);
    }
}
