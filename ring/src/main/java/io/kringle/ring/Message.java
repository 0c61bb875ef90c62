package io.kringle.ring;

/**
 * What one node says to another. Messages are immutable records, gathered under one sealed
 * interface per protocol and registered by number in a {@link Schema}. A component that was added
 * after a message was first released carries {@link Added}.
 */
public interface Message {}
