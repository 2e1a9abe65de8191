package onceward.cli.program;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The common part of commands that ask a service to change one thing: with consent, on record. */
public final class Change {

  @Mixin private final OperatorOption operator = new OperatorOption();
  @Mixin private final Consent consent = new Consent();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  /** Asks the service. */
  @FunctionalInterface
  public interface Call {

    /** What the service answers to this body. */
    Answer send(ObjectNode body) throws InterruptedException;
  }

  /**
   * Asks, after the user has agreed. A dry run is sent as well, so that the service has it on
   * record.
   *
   * @param what would be done: the rest of a sentence that begins with "Would"
   * @param subject what is changed, e.g. {@code job}
   * @return the exit code: 0, or 1 when the service refuses or the user says no
   */
  public int run(String subject, String what, Call call) throws Exception {
    if (consent.isDryRun()) {
      var answer = call.send(operator.body().put("dryRun", true));
      if (!answer.isOk()) {
        System.err.println(answer.refusal());
        return 1;
      }
    }
    return consent.obtain(what, what, () -> tell(subject, call.send(operator.body())));
  }

  private int tell(String subject, Answer answer) {
    if (!answer.isOk()) {
      System.err.println(answer.refusal());
      return 1;
    }
    System.out.println(
        json
            ? answer.body()
            : "The %s is %s.".formatted(subject, answer.json().path("state").asText()));
    return 0;
  }
}
