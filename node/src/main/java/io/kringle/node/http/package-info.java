/**
 * The HTTP gateway: keys, topics and the ring for everyone who speaks HTTP. It uses the public Java
 * API of the node, as any application would.
 */
@NullMarked
package io.kringle.node.http;

import org.jspecify.annotations.NullMarked;
