package onceward.relay;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.util.List;

/**
 * All pipelines of this process, one per configured database.
 *
 * <p>Made with the application context, so that wrong settings end the process before it serves.
 */
@Context
final class Relay {

  private final List<Supervisor> supervisors;

  Relay(
      List<PipelineConfiguration> configurations,
      KafkaConfiguration kafka,
      MeterRegistry registry) {
    if (configurations.isEmpty()) {
      throw new InvalidConfigurationException(
          "no pipeline is configured; set "
              + PipelineConfiguration.PREFIX
              + "<name>.host and the properties beside it");
    }
    supervisors =
        configurations.stream().map(pipeline -> supervisor(pipeline, kafka, registry)).toList();
  }

  void start() {
    supervisors.forEach(Supervisor::start);
  }

  List<Supervisor> supervisors() {
    return supervisors;
  }

  /** Returns when all have ended; they end side by side. */
  @PreDestroy
  void stop() {
    supervisors.parallelStream().forEach(Supervisor::close);
  }

  private static Supervisor supervisor(
      PipelineConfiguration pipeline, KafkaConfiguration kafka, MeterRegistry registry) {
    return new Supervisor(
        pipeline.name(),
        ConfiguredParts.of(pipeline, kafka),
        new PipelineMetrics(registry, pipeline.name()));
  }
}
