/**
 * One node put together: the actor that hosts every protocol, its configuration, the HTTP gateway
 * with the web console, the metrics and the command line. The only place that joins all the layers.
 */
@NullMarked
package io.kringle.node;

import org.jspecify.annotations.NullMarked;
