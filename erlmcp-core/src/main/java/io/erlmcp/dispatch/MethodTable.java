package io.erlmcp.dispatch;

import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.ServerResult;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The methods of one era, a line each; a method that is not here is refused by its absence.
 * Immutable once built.
 */
public final class MethodTable {
    /** Code behind a method. */
    @FunctionalInterface
    public interface Handler<R extends ClientRequest> {
        /** Answers; null when the exchange was detached and will be answered later. */
        @Nullable ServerResult handle(R request, Exchange exchange) throws Exception;
    }

    /** One method: where it runs, and what runs. */
    static final class Method {
        private final Class<? extends ClientRequest> type;
        private final Predicate<Exchange> inline;
        private final Handler<ClientRequest> handler;

        private Method(
                Class<? extends ClientRequest> type,
                Predicate<Exchange> inline,
                Handler<ClientRequest> handler) {
            this.type = type;
            this.inline = inline;
            this.handler = handler;
        }

        boolean runsInline(Exchange exchange) {
            return inline.test(exchange);
        }

        @Nullable ServerResult invoke(ClientRequest request, Exchange exchange) throws Exception {
            if (!type.isInstance(request)) {
                throw new IllegalStateException(
                        exchange.method() + " decoded to " + request.getClass());
            }
            return handler.handle(request, exchange);
        }
    }

    private final Map<String, Method> methods;

    private MethodTable(Map<String, Method> methods) {
        this.methods = methods;
    }

    public static Builder builder() {
        return new Builder();
    }

    @Nullable Method find(String method) {
        return methods.get(method);
    }

    /** Collects the lines of a table. */
    public static final class Builder {
        private final Map<String, Method> methods = new HashMap<>();

        private Builder() {}

        /** A cheap method that runs on the reader thread or event loop and never blocks. */
        public <R extends ClientRequest> Builder inline(
                String name, Class<R> type, Handler<R> handler) {
            return add(name, type, exchange -> true, handler);
        }

        /** A method that runs on a virtual thread of its own. */
        public <R extends ClientRequest> Builder worker(
                String name, Class<R> type, Handler<R> handler) {
            return add(name, type, exchange -> false, handler);
        }

        /** A method for which each request decides. */
        public <R extends ClientRequest> Builder add(
                String name, Class<R> type, Predicate<Exchange> inline, Handler<R> handler) {
            Method method =
                    new Method(
                            type,
                            inline,
                            (request, exchange) -> handler.handle(type.cast(request), exchange));
            if (methods.put(name, method) != null) {
                throw new IllegalStateException("two handlers for " + name);
            }
            return this;
        }

        public MethodTable build() {
            return new MethodTable(Map.copyOf(methods));
        }
    }
}
