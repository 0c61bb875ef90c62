/**
 * Histories of operations on versioned registers, as clients have seen them, and whether a store
 * that keeps its word could have given them.
 */
@NullMarked
package io.kringle.testkit.history;

import org.jspecify.annotations.NullMarked;
