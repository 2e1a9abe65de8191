package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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

/** {@code onceward dlq restore}. */
@Command(
    name = "restore",
    description = {
      "Opens the dead letters of an archive again, with their ids and content. Needs --reason.",
      "Letters that are not archived are passed over, so the command may run again."
    },
    mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {

  private static final int PAGE = 100;

  @Spec private CommandSpec command = CommandSpec.create();

  @Mixin private final ServicesOption option = new ServicesOption();
  @Mixin private final Consent consent = new Consent();
  @Mixin private final OperatorOption operator = new OperatorOption();

  @Option(
      names = "--file",
      required = true,
      paramLabel = "FILE",
      description = "As `dlq archive` wrote it.")
  private Path file = Path.of("");

  @Override
  public Integer call() throws Exception {
    if (!operator.hasReason()) {
      throw new ParameterException(command.commandLine(), "--reason is required");
    }
    if (!Files.isReadable(file)) {
      throw new ParameterException(
          command.commandLine(), "--file is %s, which is no file that can be read".formatted(file));
    }
    var letters = letters();
    var services = Services.of(option);
    var sentence = "open up to %d dead letters of %s again".formatted(letters.size(), file);
    return consent.obtain(sentence, sentence, () -> restore(services, letters));
  }

  /** A letter that stands in the file twice was archived twice: the last line counts. */
  private List<JsonNode> letters() {
    var letters = new LinkedHashMap<String, JsonNode>();
    try {
      ArchiveFile.read(file).forEach(letter -> letters.put(letter.path("id").asText(), letter));
    } catch (IOException unreadable) {
      throw new ParameterException(
          command.commandLine(), "%s cannot be read: %s".formatted(file, unreadable));
    }
    return new ArrayList<>(letters.values());
  }

  private int restore(Services services, List<JsonNode> letters) throws InterruptedException {
    var restored = 0;
    for (var from = 0; from < letters.size(); from += PAGE) {
      var body = operator.body();
      letters
          .subList(from, Math.min(from + PAGE, letters.size()))
          .forEach(letter -> body.withArray("letters").add(letter));
      for (var answer : services.ask("restore", body)) {
        restored += answer.path("restored").size();
      }
    }
    System.out.printf(
        "%d letters are open again, %d were not archived.%n", restored, letters.size() - restored);
    return 0;
  }
}
