package io.kringle.node;

import io.kringle.ring.tcp.TcpStats;

/** The transport's part of the figures. */
final class TransportFigures {
  private TransportFigures() {}

  static void add(TcpStats stats, Figures figures) {
    figures
        .gauge("transport.connections", stats.connections())
        .gauge("transport.queued.bytes", stats.queuedBytes())
        .counter("transport.frames.in", stats.framesIn())
        .counter("transport.frames.out", stats.framesOut())
        .counter("transport.bytes.in", stats.bytesIn())
        .counter("transport.bytes.out", stats.bytesOut())
        .counter("transport.dropped.full", stats.droppedFull())
        .counter("transport.dropped.too.large", stats.droppedTooLarge())
        .counter("transport.refused.handshakes", stats.refusedHandshakes());
  }
}
