package onceward.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import onceward.cli.ledger.LedgerFileException;
import onceward.cli.ledger.OtherServerException;
import onceward.cli.program.NotFoundException;
import onceward.ledger.source.LedgerException;
import onceward.ledger.source.UnknownNameException;
import onceward.ledgerapi.NotStartedException;
import onceward.localstack.RefusedChangeException;
import onceward.localstack.process.StackException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Prints the failure of a command as one line, or as one JSON object with {@code --json}. A wrong
 * usage has a second line, which names the help: the whole of it would hide the error.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

  private static final int DOES_NOT_HOLD = 1;
  private static final int USAGE = 2;

  /** A program or server that the command needs does not answer or does not work. */
  private static final int UNREACHABLE = 3;

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed)
      throws Exception {
    PrintWriter err = command.getErr();
    if (command.getParseResult().hasMatchedOption("--json")) {
      err.println(JSON.writeValueAsString(Map.of("error", text(failure))));
    } else if (isForeseen(failure)) {
      err.println("onceward: " + text(failure));
    } else {
      err.println("onceward: this is a defect of the command line; please report it.");
      failure.printStackTrace(err);
    }
    err.flush();
    return switch (failure) {
      case NotFoundException _ -> DOES_NOT_HOLD;
      case RefusedChangeException _,
          LedgerFileException _,
          OtherServerException _,
          UnknownNameException _ ->
          USAGE;
      case NotStartedException why -> why.exitCode();
      default -> UNREACHABLE;
    };
  }

  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    String help = "infra/%s --help".formatted(command.getCommandSpec().qualifiedName());
    if (List.of(arguments).contains("--json")) {
      err.println(
          JsonNodeFactory.instance
              .objectNode()
              .put("error", usage(failure, command))
              .put("help", help));
    } else {
      err.println("onceward: " + usage(failure, command));
      UnmatchedArgumentException.printSuggestions(failure, err);
      err.printf("`%s` shows the options.%n", help);
    }
    err.flush();
    return USAGE;
  }

  /** What is wrong; a command that only groups others says which these are. */
  private static String usage(ParameterException failure, CommandLine command) {
    boolean isGroup =
        !(command.getCommandSpec().userObject() instanceof Callable)
            && !(failure instanceof UnmatchedArgumentException)
            && !command.getSubcommands().isEmpty();
    return isGroup
        ? "a command is missing behind `infra/%s`; allowed: %s"
            .formatted(
                command.getCommandSpec().qualifiedName(),
                String.join(", ", command.getSubcommands().keySet()))
        : String.valueOf(failure.getMessage());
  }

  private static String text(Exception failure) {
    if (failure instanceof UncheckedIOException
        && failure.getCause() instanceof IOException cause) {
      return text(cause);
    }
    String message = failure.getMessage();
    return message != null && isForeseen(failure) ? message : failure.toString();
  }

  /** A full disk, a missing right or a directory in the place of a file. */
  private static String text(IOException failure) {
    return failure instanceof FileSystemException file
        ? "Cannot read or write %s: %s"
            .formatted(
                file.getFile(),
                file.getReason() == null ? file.getClass().getSimpleName() : file.getReason())
        : "Cannot read or write a file: " + failure.getMessage();
  }

  private static boolean isForeseen(Exception failure) {
    return failure instanceof StackException
        || failure instanceof LedgerException
        || failure instanceof LedgerFileException
        || failure instanceof OtherServerException
        || failure instanceof NotFoundException
        || failure instanceof NotStartedException
        || failure instanceof RefusedChangeException
        || failure instanceof UncheckedIOException;
  }
}
