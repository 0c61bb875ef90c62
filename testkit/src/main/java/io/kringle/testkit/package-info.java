/**
 * What Kringle is tested with, and what applications can test with too: the deterministic
 * simulator, fault injection, the linearizability checker and a helper that runs real node
 * processes.
 */
@NullMarked
package io.kringle.testkit;

import org.jspecify.annotations.NullMarked;
