/**
 * For the tests of applications: a service runs on a ring of simulated nodes, in one thread and in
 * virtual time, while the network is cut, nodes crash and disks fail. What a run does depends on
 * its seed and on nothing else.
 */
@NullMarked
package io.kringle.node.testing;

import org.jspecify.annotations.NullMarked;
