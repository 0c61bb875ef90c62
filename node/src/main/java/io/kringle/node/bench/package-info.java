/** Measurements of a whole node against the bare network. */
@NullMarked
package io.kringle.node.bench;

import org.jspecify.annotations.NullMarked;
