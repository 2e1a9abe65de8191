package onceward.relay.operations;

import onceward.relay.pipeline.Pipeline;

/** A pipeline of this process, and its numbers. */
public record OperatedPipeline(Pipeline pipeline, PipelineMetrics metrics) {

  public String name() {
    return pipeline.name();
  }
}
