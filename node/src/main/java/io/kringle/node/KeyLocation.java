package io.kringle.node;

import java.util.OptionalInt;

/**
 * Where a key is kept.
 *
 * @param key the key
 * @param id its id, 40 hexadecimal digits
 * @param replica the arc that it lies on, as its daddy sees it
 * @param hops how many hops away the owner of the id is; empty if that could not be found out
 */
public record KeyLocation(String key, String id, NodeInfo.Replica replica, OptionalInt hops) {}
