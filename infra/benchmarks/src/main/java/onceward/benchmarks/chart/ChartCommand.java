package onceward.benchmarks.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws what {@code bench relay} or {@code bench latency} has printed as JSON. */
@Command(
    name = "chart",
    description = "Draws results of bench relay or bench latency, as --json prints them.",
    mixinStandardHelpOptions = true)
public final class ChartCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "RESULT",
      arity = "1..*",
      description = "Files with results of the same benchmark.")
  private List<Path> results = List.of();

  @Option(
      names = "--figure",
      paramLabel = "NAME",
      split = ",",
      description =
          "What is drawn, such as cpuSecondsPerMillion or p50Ms,p99Ms (default: rowsPerSecond of bench relay, p50Ms,p99Ms,idleToFirstP50Ms of bench latency).")
  private List<String> figures = List.of();

  @Option(
      names = "--to",
      paramLabel = "FILE.png",
      required = true,
      description = "The picture that is made.")
  private Path picture = Path.of("");

  @Override
  public Integer call() throws IOException {
    var all = results.stream().map(this::read).toList();
    try {
      new RelayChart(all, figures).draw(picture);
    } catch (IllegalArgumentException unfit) {
      throw refused(String.valueOf(unfit.getMessage()));
    }
    System.out.println(picture);
    return 0;
  }

  private JsonNode read(Path file) {
    try {
      return new ObjectMapper().readTree(Files.readString(file));
    } catch (JsonProcessingException none) {
      throw refused("%s is no JSON; run the benchmark with --json".formatted(file));
    } catch (NoSuchFileException none) {
      throw refused("there is no file %s".formatted(file));
    } catch (IOException unreadable) {
      throw refused("%s cannot be read: %s".formatted(file, unreadable));
    }
  }

  private ParameterException refused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
