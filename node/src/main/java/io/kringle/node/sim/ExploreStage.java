package io.kringle.node.sim;

import io.kringle.ring.Codec;
import io.kringle.testkit.Simulation;

/**
 * What every part of one exploration works with.
 *
 * @param simulation where the nodes live
 * @param codec of every message
 * @param dice the choices of this seed
 * @param filter what stands between each node and its world
 * @param lookups what the nodes look up, and where that arrives
 * @param story what is done to the ring
 */
record ExploreStage(
    Simulation simulation,
    Codec codec,
    ExploreDice dice,
    WorldFilter filter,
    ExploreLookups lookups,
    ExploreStory story) {}
