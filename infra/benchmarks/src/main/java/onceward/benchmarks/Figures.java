package onceward.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What a benchmark found, with the machine, the command and the commit; printed as lines or as
 * JSON.
 */
public final class Figures {

  /** Entries that are printed side by side. */
  private static final int BESIDE_MAX = 5;

  private final Map<String, Object> figures = new LinkedHashMap<>();
  private final Map<String, List<Map<String, Object>>> entries = new LinkedHashMap<>();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  /** Notes one figure; the name ends with its unit. */
  public Figures add(String name, Object value) {
    figures.put(name, value instanceof Double number ? rounded(number) : value);
    return this;
  }

  /** Notes entries of the same kind, which are printed beside one another. */
  public Figures addAll(String name, List<Map<String, Object>> all) {
    entries.put(name, List.copyOf(all));
    return this;
  }

  /** Prints all of them. */
  public void print(String benchmark) {
    var report = new LinkedHashMap<String, Object>();
    report.put("benchmark", benchmark);
    report.put(
        "command",
        "infra/onceward bench "
            + String.join(" ", command.root().commandLine().getParseResult().originalArgs()));
    report.put("commit", Machine.commit());
    report.put("processors", Runtime.getRuntime().availableProcessors());
    report.put("processor", Machine.processor());
    report.put("java", Runtime.version().toString());
    report.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    report.putAll(figures);
    if (json) {
      report.putAll(entries);
      System.out.println(toJson(report));
    } else {
      System.out.print(toLines(report));
      entries.values().forEach(all -> System.out.print(besideOneAnother(all)));
    }
  }

  private static String toLines(Map<String, Object> report) {
    var lines = new StringBuilder();
    report.forEach((name, value) -> lines.append("%-44s %s%n".formatted(name, value)));
    return lines.toString();
  }

  /** A column for each entry, a line for each figure. */
  static String besideOneAnother(List<Map<String, Object>> all) {
    var text = new StringBuilder();
    for (var from = 0; from < all.size(); from += BESIDE_MAX) {
      var beside = all.subList(from, Math.min(from + BESIDE_MAX, all.size()));
      var names = new LinkedHashSet<String>();
      beside.forEach(entry -> names.addAll(entry.keySet()));
      text.append(System.lineSeparator());
      for (var name : names) {
        var cells = new ArrayList<String>();
        beside.forEach(
            entry -> cells.add("%24s".formatted(String.valueOf(entry.getOrDefault(name, "")))));
        text.append("%-24s%s%n".formatted(name, String.join(" ", cells)));
      }
    }
    return text.toString();
  }

  private static String toJson(Map<String, Object> report) {
    try {
      return new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(report);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}
