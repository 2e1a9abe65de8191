package onceward.cli.relay;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import onceward.cli.program.Answer;
import onceward.cli.program.ProgramClient;

/** The relay of a running system. */
record Relay(ProgramClient program) {

  // To pause waits for the batch in hand.
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(1);

  static Relay of(Path home) {
    return new Relay(new ProgramClient(home, "outbox-relay", ANSWER_LIMIT));
  }

  /** How each pipeline stands, in the order of the relay's settings. */
  List<JsonNode> pipelines() throws InterruptedException {
    var pipelines = program.read("/relay").path("pipelines");
    return StreamSupport.stream(pipelines.spliterator(), false).toList();
  }

  /** What the relay answers to {@code pause}, {@code resume} or {@code accept}. */
  Answer tell(String pipeline, String action) throws InterruptedException {
    return program.post("/relay/%s/%s".formatted(pipeline, action));
  }
}
