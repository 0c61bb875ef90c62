/**
 * The ring: ids and arcs, peers and leaf sets, joining, leaving and failure detection, and the
 * seams to the world that every protocol of every layer stands behind. It knows nothing of keys,
 * values or topics.
 */
@NullMarked
package io.kringle.ring;

import org.jspecify.annotations.NullMarked;
