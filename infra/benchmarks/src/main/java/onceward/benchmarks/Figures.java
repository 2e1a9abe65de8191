package onceward.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** What a benchmark found, with the machine it ran on; printed as lines or as JSON. */
public final class Figures {

  private final Map<String, Object> figures = new LinkedHashMap<>();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  /** Notes one figure; the name ends with its unit. */
  public Figures add(String name, Object value) {
    figures.put(name, value instanceof Double number ? rounded(number) : value);
    return this;
  }

  /** Prints all of them. */
  public void print(String benchmark) {
    var report = new LinkedHashMap<String, Object>();
    report.put("benchmark", benchmark);
    report.put("processors", Runtime.getRuntime().availableProcessors());
    report.put("java", Runtime.version().toString());
    report.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    report.putAll(figures);
    System.out.println(json ? toJson(report) : toLines(report));
  }

  private static String toLines(Map<String, Object> report) {
    var lines = new StringBuilder();
    report.forEach((name, value) -> lines.append("%-44s %s%n".formatted(name, value)));
    return lines.toString();
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
