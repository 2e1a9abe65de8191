package onceward.relay.settings;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import onceward.relay.source.Shard;

/** Whether pipelines that are configured as one get in the way of others. */
public final class Shards {

  private Shards() {}

  /**
   * Looks at names of pipelines, which operators call them by, and of slots, by which their
   * positions are written down.
   *
   * @throws InvalidConfigurationException if a shard has the name or the slot of another pipeline
   */
  public static void requireApart(List<PipelineConfiguration> configurations) {
    var names = new HashMap<String, PipelineConfiguration>();
    var slots = new HashMap<String, PipelineConfiguration>();
    for (var configuration : configurations) {
      for (var shard : shards(configuration)) {
        requireNew(shard.pipeline(configuration.name()), "pipeline", configuration, names);
        requireNew(shard.slot(), "slot", configuration, slots);
      }
    }
  }

  private static List<Shard> shards(PipelineConfiguration configuration) {
    return IntStream.range(0, configuration.shardCount())
        .mapToObj(number -> configuration.captureSettings(number).database().shard())
        .toList();
  }

  /** Two pipelines of one slot that are no shards stand by for each other. */
  private static void requireNew(
      String name,
      String what,
      PipelineConfiguration configuration,
      Map<String, PipelineConfiguration> known) {
    var other = known.putIfAbsent(name, configuration);
    if (other != null && (other.shardCount() > 1 || configuration.shardCount() > 1)) {
      throw new InvalidConfigurationException(
          "%s is %d and %s is %d, so both have a %s %s; give one of them another name or slot"
              .formatted(
                  property(configuration),
                  configuration.shardCount(),
                  property(other),
                  other.shardCount(),
                  what,
                  name));
    }
  }

  private static String property(PipelineConfiguration configuration) {
    return PipelineConfiguration.PREFIX + configuration.name() + ".shards";
  }
}
