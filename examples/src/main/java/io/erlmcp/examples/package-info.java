/**
 * Small programs that show the library, one thing each; every one is run by a test. {@code
 * HelloServer} and {@code HelloClient} come first; then {@code LibraryServer} (HTTP), {@code
 * TableBooking} (asks the user), {@code PrimeSearch} (progress, cancellation) and {@code TipServer}
 * (how to test one's own server).
 */
@NullMarked
package io.erlmcp.examples;

import org.jspecify.annotations.NullMarked;
