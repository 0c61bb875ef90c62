/**
 * Where a node keeps its replicas: in memory, or in RocksDB. An edge: threads, files and clocks are
 * allowed here, and nowhere else in the store.
 */
@NullMarked
package io.kringle.store.engine;

import org.jspecify.annotations.NullMarked;
