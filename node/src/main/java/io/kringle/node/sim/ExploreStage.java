package io.kringle.node.sim;

import io.kringle.testkit.Simulation;

/**
 * What every part of one exploration works with.
 *
 * @param simulation where the nodes live
 * @param dice the choices of this seed
 * @param filter what stands between each node and its world
 * @param story what is done to the ring
 */
record ExploreStage(
    Simulation simulation, ExploreDice dice, WorldFilter filter, ExploreStory story) {}
