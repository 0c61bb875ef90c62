/**
 * Topics: their trees across the ring, publish and subscribe in the order of the topic, anycast to
 * one willing subscriber, and broadcast to the whole ring. Stored values are unknown here.
 */
@NullMarked
package io.kringle.pubsub;

import org.jspecify.annotations.NullMarked;
