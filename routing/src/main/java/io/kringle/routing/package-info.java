/**
 * Getting a message to the live node closest to a key: the prefix routing table and its choice of
 * near peers, the next hop, acknowledgement and re-routing hop by hop, and request and reply on
 * top. Keys are bare ids here; nothing in this layer stores anything.
 */
@NullMarked
package io.kringle.routing;

import org.jspecify.annotations.NullMarked;
