package onceward.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.Map;
import onceward.cli.ledger.LedgerFileException;
import onceward.cli.program.NotFoundException;
import onceward.ledger.source.LedgerException;
import onceward.localstack.RefusedChangeException;
import onceward.localstack.process.StackException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Prints the failure of a command as one line, or as one JSON object with {@code --json}. */
final class Failures implements IExecutionExceptionHandler {

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
      err.println("onceward: " + failure.getMessage());
    } else {
      err.println("onceward: this is a defect of the command line; please report it.");
      failure.printStackTrace(err);
    }
    err.flush();
    return switch (failure) {
      case NotFoundException _ -> DOES_NOT_HOLD;
      case RefusedChangeException _, LedgerFileException _ -> USAGE;
      default -> UNREACHABLE;
    };
  }

  private static String text(Exception failure) {
    String message = failure.getMessage();
    return message != null && isForeseen(failure) ? message : failure.toString();
  }

  private static boolean isForeseen(Exception failure) {
    return failure instanceof StackException
        || failure instanceof LedgerException
        || failure instanceof LedgerFileException
        || failure instanceof NotFoundException
        || failure instanceof RefusedChangeException;
  }
}
