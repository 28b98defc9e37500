package io.erlmcp.feature;

import io.erlmcp.protocol.CacheHint;

/**
 * The bounds of one catalog: how many entries it takes, how many go into one page of a list, and
 * how long a client may keep that page.
 */
public record CatalogConfig(int maxEntries, int pageSize, CacheHint cache) {
    /** 10,000 entries, pages of 1,000, not cacheable. */
    public static final CatalogConfig DEFAULTS = new CatalogConfig(10_000, 1_000, CacheHint.NONE);

    public CatalogConfig {
        if (maxEntries < 1) {
            throw new IllegalArgumentException("maxEntries must be at least 1: " + maxEntries);
        }
        if (pageSize < 1) {
            throw new IllegalArgumentException("pageSize must be at least 1: " + pageSize);
        }
    }

    public CatalogConfig withMaxEntries(int maxEntries) {
        return new CatalogConfig(maxEntries, pageSize, cache);
    }

    public CatalogConfig withPageSize(int pageSize) {
        return new CatalogConfig(maxEntries, pageSize, cache);
    }

    public CatalogConfig withCache(CacheHint cache) {
        return new CatalogConfig(maxEntries, pageSize, cache);
    }
}
