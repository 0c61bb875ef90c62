package io.kringle.ring;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which message has which number on the wire. Numbers are never used again for something else. Each
 * layer adds its own: the ring 1–49, routing 50–99, replication 100–149, the store 150–199, topics
 * 200–249, the node 250–299; tests and applications from 1 000 on.
 */
public final class Schema {
  private final TreeMap<Integer, Class<? extends Record>> types = new TreeMap<>();

  /**
   * Adds a message, or a record that messages contain.
   *
   * @throws IllegalArgumentException if the number or the type is taken
   */
  public Schema add(int number, Class<? extends Record> type) {
    if (number < 1 || types.containsKey(number) || types.containsValue(type)) {
      throw new IllegalArgumentException(
          type.getName() + " as number " + number + ": one of the two is taken");
    }
    types.put(number, type);
    return this;
  }

  /** Everything added so far, by number. */
  public Map<Integer, Class<? extends Record>> types() {
    return Collections.unmodifiableMap(types);
  }
}
