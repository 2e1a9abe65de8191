package onceward.relay;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import onceward.relay.operations.OperatedPipeline;
import onceward.relay.operations.OperatedPipelines;
import onceward.relay.operations.PipelineMetrics;
import onceward.relay.pipeline.Pipeline;
import onceward.relay.pipeline.StartTurns;
import onceward.relay.settings.InvalidConfigurationException;
import onceward.relay.settings.KafkaConfiguration;
import onceward.relay.settings.PipelineConfiguration;
import onceward.relay.settings.Shards;

/**
 * All pipelines of this process, one per configured database, or one for each of its shards.
 *
 * <p>Made with the application context, so that wrong settings end the process before it serves.
 */
@Context
final class Relay implements OperatedPipelines {

  private final List<OperatedPipeline> pipelines;

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
    Shards.requireApart(configurations);
    var turns = new StartTurns();
    pipelines =
        configurations.stream()
            .flatMap(configuration ->
                IntStream.range(0, configuration.shardCount())
                    .mapToObj(shard -> pipeline(configuration, shard, kafka, registry, turns)))
            .toList();
  }

  void start() {
    pipelines.forEach(one -> one.pipeline().start());
  }

  @Override
  public List<OperatedPipeline> all() {
    return pipelines;
  }

  /** Returns when all have ended; they end side by side. */
  @PreDestroy
  void stop() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      pipelines.forEach(one -> threads.execute(one.pipeline()::close));
    }
  }

  private static OperatedPipeline pipeline(
      PipelineConfiguration configuration,
      int shard,
      KafkaConfiguration kafka,
      MeterRegistry registry,
      StartTurns turns) {
    var parts = ConfiguredParts.of(configuration, shard, kafka);
    var name = parts.settings().pipeline();
    var metrics = new PipelineMetrics(registry, name);
    var pipeline = new Pipeline(name, parts, metrics, turns);
    metrics.show(pipeline);
    return new OperatedPipeline(pipeline, metrics);
  }
}
