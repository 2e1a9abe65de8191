package onceward.relay;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import onceward.relay.killed.Lie;
import onceward.relay.killed.Trap;
import onceward.relay.operations.PipelineMetrics;
import onceward.relay.pipeline.Pipeline;
import onceward.relay.settings.KafkaConfiguration;
import onceward.relay.settings.PipelineConfiguration;

/** One pipeline in a process of its own, which ends itself where its parent wants it to. */
public final class TrappedRelay {

  private TrappedRelay() {}

  /**
   * Gets ready, starts at the first byte of its input and runs until its input ends, with its
   * settings in system properties.
   */
  public static void main(String[] arguments) throws IOException {
    var lie = Lie.valueOf(System.getProperty("killed.lie", "NONE"));
    try (var context = ApplicationContext.run()) {
      var pipeline = context.getBean(PipelineConfiguration.class);
      var real = ConfiguredParts.of(pipeline, 0, context.getBean(KafkaConfiguration.class));
      var parts = new TrappedParts(new LyingParts(real, lie), Trap.ofProperties());
      var metrics = new PipelineMetrics(new SimpleMeterRegistry(), pipeline.name());
      if (System.in.read() >= 0) {
        run(new Pipeline(pipeline.name(), parts, metrics));
      }
    }
    System.exit(0);
  }

  private static void run(Pipeline relay) throws IOException {
    try (relay) {
      relay.start();
      // It ends with its parent, too: nobody else would end it.
      var _ = System.in.read();
    }
  }
}
