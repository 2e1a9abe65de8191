package onceward.cli.program;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Option;

/** Who asks a service for something, and why: the service keeps both in its audit. */
public final class OperatorOption {

  @Option(
      names = "--operator",
      paramLabel = "NAME",
      description = "Who asks, for the service's audit; the user of this machine by default.")
  private String operator = System.getProperty("user.name");

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the service's audit.")
  private String reason = "";

  /** Whether a reason is given. */
  public boolean hasReason() {
    return !reason.isBlank();
  }

  /** The body of a request, with who and why. */
  public ObjectNode body() {
    var body = JsonNodeFactory.instance.objectNode().put("operator", operator);
    return hasReason() ? body.put("reason", reason) : body;
  }
}
