package io.erlmcp.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list; {@code nextCursor} is null on the last one. An empty string is a cursor like
 * any other.
 */
public sealed interface Page extends ServerResult {
    @Nullable String nextCursor();

    CacheHint cache();

    record Tools(List<Tool> tools, @Nullable String nextCursor, CacheHint cache) implements Page {
        public Tools {
            tools = List.copyOf(tools);
        }
    }

    record Prompts(List<Prompt> prompts, @Nullable String nextCursor, CacheHint cache)
            implements Page {
        public Prompts {
            prompts = List.copyOf(prompts);
        }
    }

    record Resources(List<Resource> resources, @Nullable String nextCursor, CacheHint cache)
            implements Page {
        public Resources {
            resources = List.copyOf(resources);
        }
    }

    record ResourceTemplates(
            List<ResourceTemplate> resourceTemplates, @Nullable String nextCursor, CacheHint cache)
            implements Page {
        public ResourceTemplates {
            resourceTemplates = List.copyOf(resourceTemplates);
        }
    }

    /** Legacy era; never kept by clients. */
    record Tasks(List<Task> tasks, @Nullable String nextCursor) implements Page {
        public Tasks {
            tasks = List.copyOf(tasks);
        }

        @Override
        public CacheHint cache() {
            return CacheHint.NONE;
        }
    }
}
