package io.erlmcp.observability;

/**
 * Something that happened. Each package that has something to tell implements this with a sealed
 * family of records.
 */
public interface Event {}
