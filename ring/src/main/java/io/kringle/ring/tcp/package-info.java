/** The network of a real node: framed messages over TCP, on the node's own event loop. */
@NullMarked
package io.kringle.ring.tcp;

import org.jspecify.annotations.NullMarked;
