package io.erlmcp.rpc;

import io.erlmcp.json.JsonWriter;

/**
 * The id of a JSON-RPC request, echoed with its type: {@code 1} and {@code "1"} are different ids.
 */
public sealed interface RequestId {
    /** An integer id. */
    @SuppressWarnings("AvoidCommonTypeNames")
    record Number(long value) implements RequestId {
        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /** A string id. */
    record Text(String value) implements RequestId {
        @Override
        public String toString() {
            return '"' + value + '"';
        }
    }

    static RequestId of(long value) {
        return new Number(value);
    }

    static RequestId of(String value) {
        return new Text(value);
    }

    /** Writes the id as the JSON value it came as. */
    default void writeTo(JsonWriter out) {
        switch (this) {
            case Number number -> out.number(number.value());
            case Text text -> out.string(text.value());
        }
    }
}
