package io.kringle.node.sim;

/** Something that is done to an explored ring, once each time it is drawn. */
record Fault(FaultKind kind, Runnable act) {}
