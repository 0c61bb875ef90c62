package io.kringle.store.engine;

/** What has happened to a batch when its commit is reported as durable. */
public enum Durability {
  /** It is in this process's memory. A process that is killed loses what it wrote lately. */
  MEMORY,

  /**
   * The operating system has it: it survives {@code kill -9} of the process, though not a power
   * cut.
   */
  OS,

  /** The disk says that it has it: it survives a power cut. */
  FSYNC
}
