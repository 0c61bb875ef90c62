package io.kringle.node.sim;

import java.time.Duration;
import java.util.Optional;

/**
 * What came of a repair simulation. Times are virtual.
 *
 * @param plan what was done
 * @param figures what is measured of this fault alone
 * @param agreedAfter when all nodes agreed on one ring for good, after the crash, the healing of
 *     the cut or the coming of the crowd; empty if they did not within ten minutes
 * @param wrong why the mark is missed, in words; empty if it holds
 * @param messages sent in all
 * @param virtualSeconds that passed in all
 * @param traceHash a digest of every delivery in its order: equal for equal plans
 */
public record RepairReport(
    RepairPlan plan,
    RepairFigures figures,
    Optional<Duration> agreedAfter,
    Optional<String> wrong,
    long messages,
    double virtualSeconds,
    long traceHash) {}
