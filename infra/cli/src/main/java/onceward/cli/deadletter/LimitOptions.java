package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How fast a job works, and when it gives up a letter. */
final class LimitOptions {

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "At most N letters a second; by default as many as go.")
  private @Nullable Double rate;

  @Option(
      names = "--attempts",
      paramLabel = "N",
      description = "Tries one letter N times at most; once by default.")
  private @Nullable Integer attempts;

  @Option(
      names = "--failures-in-row",
      paramLabel = "N",
      description = {
        "Skips letters that have failed N times in a row at the same place; 3 by default."
      })
  private @Nullable Integer failuresInRow;

  @Option(
      names = "--force",
      description = "Tries such letters too, and goes on when 50 letters in a row fail.")
  private boolean force;

  @Option(
      names = "--detach",
      description = "Prints the job and ends; the service goes on with the job.")
  private boolean detach;

  /** Whether the command ends when the service has stored the job. */
  boolean isDetached() {
    return detach;
  }

  /** Adds the limits to the body of a request. */
  ObjectNode addTo(ObjectNode body) {
    if (rate != null) {
      body.put("rate", rate);
    }
    if (attempts != null) {
      body.put("attempts", attempts);
    }
    if (failuresInRow != null) {
      body.put("failuresInRow", failuresInRow);
    }
    return force ? body.put("force", true) : body;
  }
}
