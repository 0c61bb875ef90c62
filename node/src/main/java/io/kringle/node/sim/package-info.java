/** What {@code kringle sim} runs: many nodes on the simulator, and what is measured of them. */
@NullMarked
package io.kringle.node.sim;

import org.jspecify.annotations.NullMarked;
