package io.kringle.routing;

/**
 * What a router has done since its start, and what it has at hand now.
 *
 * @param routed messages and requests that began here; a request counts once, however often it is
 *     tried
 * @param delivered messages and requests that were handed to a handler here
 * @param forwarded hops sent to other nodes, those of messages that began here included
 * @param rerouted hops that were not acknowledged or were refused, so that another way was tried
 * @param lost messages that were given up here: no way left, hop limit, or no room
 * @param repliesFromCache repeated requests that were answered from memory
 * @param inFlight requests from here that wait for their answers
 * @param tableSize entries of the routing table
 */
public record RouterStats(
    long routed,
    long delivered,
    long forwarded,
    long rerouted,
    long lost,
    long repliesFromCache,
    int inFlight,
    int tableSize) {}
