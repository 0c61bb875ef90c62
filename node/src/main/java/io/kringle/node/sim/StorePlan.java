package io.kringle.node.sim;

/**
 * What an exploration of the store is to do.
 *
 * @param seeds which, and what happens to their rings
 * @param clients how many ask at the same time, 1 to {@value #MOST_CLIENTS}
 * @param keys how many they share, 1 to {@value #MOST_KEYS}
 */
public record StorePlan(SeedPlan seeds, int clients, int keys) {
  /** The most clients. */
  public static final int MOST_CLIENTS = 100;

  /** The most keys. */
  public static final int MOST_KEYS = 1_000;

  /** Checks the ranges. */
  public StorePlan {
    SeedPlan.check("clients", clients, MOST_CLIENTS);
    SeedPlan.check("keys", keys, MOST_KEYS);
  }
}
