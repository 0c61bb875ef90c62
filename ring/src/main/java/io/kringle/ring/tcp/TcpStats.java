package io.kringle.ring.tcp;

import java.util.Optional;

/**
 * What a transport has done and has in hand.
 *
 * @param connections open ones, those that are being made included
 * @param queuedBytes waiting to be written, for all peers
 * @param framesIn messages received
 * @param framesOut messages taken for sending
 * @param bytesIn received, all told
 * @param bytesOut taken for sending, with frame headers
 * @param droppedFull messages dropped because a peer's queue was full
 * @param droppedTooLarge messages dropped because they are larger than a frame
 * @param refusedHandshakes connections turned away, by this node or by the other side
 * @param lastRefusal why the latest of them was
 */
public record TcpStats(
    int connections,
    long queuedBytes,
    long framesIn,
    long framesOut,
    long bytesIn,
    long bytesOut,
    long droppedFull,
    long droppedTooLarge,
    long refusedHandshakes,
    Optional<String> lastRefusal) {}
