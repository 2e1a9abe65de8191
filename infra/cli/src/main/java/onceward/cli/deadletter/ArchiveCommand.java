package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import onceward.cli.program.Consent;
import onceward.cli.program.OperatorOption;
import onceward.cli.program.ServicesOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code onceward dlq archive}. */
@Command(
    name = "archive",
    description = {
      "Writes dead letters with their content to a file, and closes them. Needs --reason.",
      "A letter is closed when the file has it on the disk. `dlq restore` opens it again.",
      "The service must run with messaging.dead-letters.show-payload=true."
    },
    mixinStandardHelpOptions = true)
final class ArchiveCommand implements Callable<Integer> {

  @Spec private CommandSpec command = CommandSpec.create();

  @Mixin private final ServicesOption option = new ServicesOption();
  @Mixin private final Consent consent = new Consent();
  @Mixin private final OperatorOption operator = new OperatorOption();
  @Mixin private final SelectionOptions selection = new SelectionOptions();

  @Option(
      names = "--file",
      required = true,
      paramLabel = "FILE",
      description = "One letter a line, as JSON. Letters are added to a file that is there.")
  private Path file = Path.of("");

  @Override
  public Integer call() throws Exception {
    if (!selection.isGiven() || selection.isContradiction()) {
      throw new ParameterException(
          command.commandLine(), "say which letters: --group, --consumer, --type, …; or --all");
    }
    if (!operator.hasReason()) {
      throw new ParameterException(command.commandLine(), "--reason is required");
    }
    var services = Services.of(option);
    var request = selection.addTo(operator.body());
    var plans = services.ask("archive", request.deepCopy().put("dryRun", true));
    var total = plans.stream().mapToLong(plan -> plan.path("total").asLong()).sum();
    if (total == 0) {
      System.out.printf("No open dead letter fits. Asked: %s.%n", services.names());
      return 0;
    }
    var sentence = "write %s to %s, and close them".formatted(Plan.describe(plans), file);
    return consent.obtain(sentence, sentence, () -> archive(services));
  }

  private int archive(Services services) throws Exception {
    var archived = 0;
    var refused = 0;
    try (var lines = ArchiveFile.append(file)) {
      for (var service : services.each()) {
        var request = selection.addTo(operator.body());
        for (var page = page(service, request);
            !page.isEmpty();
            page = next(service, request, page)) {
          lines.write(page);
          var ids = operator.body();
          page.forEach(letter -> ids.withArray("ids").add(letter.path("id")));
          var answer = service.ask("archived", ids).getFirst();
          archived += answer.path("archived").size();
          refused += answer.path("refused").size();
          answer.path("refused").forEach(why -> System.err.println(why.asText()));
        }
      }
    }
    System.out.printf("%d letters are archived in %s, %d refused.%n", archived, file, refused);
    return refused == 0 ? 0 : 1;
  }

  /** The page behind one. The letters of that one are closed, so they count against the limit. */
  private static ArrayNode next(Services service, ObjectNode request, ArrayNode page)
      throws InterruptedException {
    if (request.has("limit")) {
      var left = request.path("limit").asInt() - page.size();
      if (left <= 0) {
        return request.arrayNode();
      }
      request.put("limit", left);
    }
    request.put("after", page.get(page.size() - 1).path("id").asText());
    return page(service, request);
  }

  private static ArrayNode page(Services service, ObjectNode request) throws InterruptedException {
    return (ArrayNode) service.ask("archive", request).getFirst().path("letters");
  }
}
