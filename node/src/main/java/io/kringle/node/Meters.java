package io.kringle.node;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The node's meters. The figures of the layers are copied in when somebody looks, so that counting
 * costs the node nothing.
 */
final class Meters {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, Long> latest = new ConcurrentHashMap<>();

  MeterRegistry registry() {
    return registry;
  }

  /**
   * Takes the layers' figures and writes everything in the text format of Prometheus. Thread-safe.
   */
  String scrape(Figures figures) {
    figures
        .counters()
        .forEach(
            (name, value) -> {
              if (latest.put(name, value) == null) {
                FunctionCounter.builder(name, latest, values -> values.getOrDefault(name, 0L))
                    .register(registry);
              }
            });
    figures
        .gauges()
        .forEach(
            (name, value) -> {
              if (latest.put(name, value) == null) {
                Gauge.builder(name, latest, values -> values.getOrDefault(name, 0L))
                    .register(registry);
              }
            });
    return registry.scrape();
  }
}
