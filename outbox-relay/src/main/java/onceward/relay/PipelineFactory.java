package onceward.relay;

import java.util.function.Consumer;
import onceward.relay.capture.CapturedBatch;

/** Builds the next generation of a pipeline: with a new capture and a new producer. */
@FunctionalInterface
interface PipelineFactory {

  Pipeline create(Runnable streaming, Consumer<CapturedBatch> acknowledged);
}
