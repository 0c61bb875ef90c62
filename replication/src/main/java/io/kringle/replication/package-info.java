/**
 * Keeping records alive: the replica group of each arc, its epochs and its leading daddy node,
 * quorum writes, takeover, split and transfer. A record is an opaque value with a version; what it
 * means is the concern of the layer above.
 */
@NullMarked
package io.kringle.replication;

import org.jspecify.annotations.NullMarked;
