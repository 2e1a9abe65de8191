package onceward.cli.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.concurrent.Callable;
import onceward.localstack.LocalStack;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code onceward status}: what runs and whether it is ready; exit code 1 when something is not.
 */
@Command(
    name = "status",
    description = "Shows the processes of the stack, whether they are ready, and why not.",
    mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Mixin private final HomeOption home = new HomeOption();

  @Option(
      names = "--json",
      description = "Prints JSON. Passwords are in the files that it names, and nowhere in it.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    Status status = Status.of(LocalStack.attach(home.path()));
    System.out.print(json ? JSON.writeValueAsString(status.document()) + "\n" : status.text());
    System.out.flush();
    return status.allReady() ? 0 : 1;
  }
}
