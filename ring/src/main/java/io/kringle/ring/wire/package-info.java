/**
 * Messages as bytes: the codec, its formats, and the messages with which nodes speak about the wire
 * itself.
 */
@NullMarked
package io.kringle.ring.wire;

import org.jspecify.annotations.NullMarked;
