package io.erlmcp.upstream;

import io.erlmcp.observability.ComponentId;
import java.util.Map;

/**
 * Keeps the fingerprints of definitions over the runs of the node, so that one that changes while
 * the node is down is noticed too; the node implements it.
 */
public interface Sightings {
    /** Remembers nothing: what is listed first in a run counts. */
    Sightings NONE =
            new Sightings() {
                @Override
                public Map<String, String> load(ComponentId upstream) {
                    return Map.of();
                }

                @Override
                public boolean save(ComponentId upstream, Map<String, String> fingerprints) {
                    return true;
                }
            };

    /**
     * What was saved last, the longest unseen first; empty where there is nothing, or what there is
     * cannot be read, which the keeper tells.
     *
     * @return fingerprints by kind and name, such as {@code tool search}
     */
    Map<String, String> load(ComponentId upstream);

    /**
     * Keeps them in the place of what was saved before.
     *
     * @return false when it is to be tried again; the keeper has told why
     */
    boolean save(ComponentId upstream, Map<String, String> fingerprints);
}
