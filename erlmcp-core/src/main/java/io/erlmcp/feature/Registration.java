package io.erlmcp.feature;

/** Something that was hooked in and can be taken out again; closing twice does nothing. */
@FunctionalInterface
public interface Registration extends AutoCloseable {
    @Override
    void close();
}
