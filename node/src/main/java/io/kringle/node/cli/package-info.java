/**
 * The command line: {@code ./kringle COMMAND}. All but {@code node} and {@code sim} talk to a node
 * over HTTP.
 */
@NullMarked
package io.kringle.node.cli;

import org.jspecify.annotations.NullMarked;
