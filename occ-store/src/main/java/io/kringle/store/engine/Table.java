package io.kringle.store.engine;

import java.nio.charset.StandardCharsets;

/** The ordered tables of a storage. Their names are on disk. */
enum Table {
  META("meta"),
  LOG("log"),
  RECORDS("records");

  private final String label;

  Table(String label) {
    this.label = label;
  }

  byte[] nameBytes() {
    return label.getBytes(StandardCharsets.UTF_8);
  }
}
