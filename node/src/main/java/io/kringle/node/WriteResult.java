package io.kringle.node;

/**
 * What became of a write that was decided.
 *
 * @param written whether it took effect; false: its condition was not met, and nothing changed
 * @param version the record's version now, or the one that stood in the way; 0: never written
 * @param present whether the record has a value now, or had one when it stood in the way
 * @param created whether it took effect where there was no value before
 */
public record WriteResult(boolean written, long version, boolean present, boolean created) {}
