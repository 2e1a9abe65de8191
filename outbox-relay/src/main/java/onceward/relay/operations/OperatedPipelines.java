package onceward.relay.operations;

import java.util.List;

/** All pipelines of this process, for whoever shows or commands them. */
public interface OperatedPipelines {

  List<OperatedPipeline> all();
}
