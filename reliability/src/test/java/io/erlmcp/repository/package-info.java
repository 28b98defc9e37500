/**
 * The rules of the repository as tests: tidiness, architecture, public API, requirement ids, and
 * the proof that the compiler's checks are on. They read sources and compiled classes of all
 * modules, and know nothing of what the product does.
 */
@NullMarked
package io.erlmcp.repository;

import org.jspecify.annotations.NullMarked;
