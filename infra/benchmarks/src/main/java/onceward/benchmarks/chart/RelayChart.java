package onceward.benchmarks.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * A group of bars for each workload and figure, in it a bar for each relay.
 *
 * <p>For one thread.
 */
final class RelayChart {

  private static final int WIDTH = 1_000;
  private static final int HEIGHT = 480;

  /** What is drawn of a benchmark unless something is asked for. */
  private static final Map<String, List<String>> USUAL =
      Map.of(
          "relay", List.of("rowsPerSecond"),
          "latency", List.of("p50Ms", "p99Ms", "idleToFirstP50Ms"));

  private final String title;
  private final List<String> figures;
  private final SequencedSet<String> groups = new LinkedHashSet<>();

  /** By relay, and for it by group. */
  private final SequencedMap<String, Map<String, Double>> bars = new LinkedHashMap<>();

  /**
   * A chart of those figures; of the usual ones, if none are named.
   *
   * @throws IllegalArgumentException if the results are not of the same benchmark, or have no such
   *     figures
   */
  RelayChart(List<JsonNode> results, List<String> figures) {
    var first = results.getFirst();
    var benchmark = first.path("benchmark").asText();
    if (!USUAL.containsKey(benchmark)
        || results.stream().anyMatch(each -> !each.path("benchmark").asText().equals(benchmark))) {
      throw new IllegalArgumentException(
          "the results have to be of one benchmark, allowed are relay and latency");
    }
    this.figures = figures.isEmpty() ? USUAL.getOrDefault(benchmark, List.of()) : figures;
    this.title =
        "bench %s, %s, %d processors, commit %s"
            .formatted(
                benchmark,
                first.path("processor").asText(),
                first.path("processors").asInt(),
                first.path("commit").asText());
    results.forEach(result -> result.path("relays").forEach(this::add));
    if (bars.isEmpty()) {
      throw new IllegalArgumentException(
          "no relay has a figure %s".formatted(String.join(" or ", this.figures)));
    }
  }

  /** A relay whose messages were not all there has no figures, and gets no bar. */
  private void add(JsonNode relay) {
    for (var figure : figures) {
      var value = relay.path(figure);
      if (value.isNumber()) {
        var name = relay.path("name").asText();
        var group = group(relay, figure);
        groups.add(group);
        var before =
            bars.computeIfAbsent(name, _ -> new LinkedHashMap<>()).put(group, value.asDouble());
        if (before != null) {
          throw new IllegalArgumentException(
              "%s has two results of %s; a picture can show one of them".formatted(name, group));
        }
      }
    }
  }

  private String group(JsonNode relay, String figure) {
    var parts = new ArrayList<String>();
    parts.add("%,d B".formatted(relay.path("payloadBytes").asInt()));
    if (relay.has("rowsPerTransaction")) {
      parts.add("%,d a transaction".formatted(relay.path("rowsPerTransaction").asInt()));
    }
    if (figures.size() > 1) {
      parts.add(figure);
    }
    return String.join(", ", parts);
  }

  /** Writes it as a PNG. */
  void draw(Path picture) throws IOException {
    System.setProperty("java.awt.headless", "true");
    BitmapEncoder.saveBitmap(chart(), picture.toString(), BitmapFormat.PNG);
  }

  private String axis() {
    if (figures.size() == 1) {
      return figures.getFirst();
    }
    return figures.stream().allMatch(figure -> figure.endsWith("Ms")) ? "ms" : "";
  }

  private CategoryChart chart() {
    var chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .yAxisTitle(axis())
            .build();
    chart
        .getStyler()
        .setLabelsVisible(true)
        .setPlotGridVerticalLinesVisible(false)
        .setLegendPosition(LegendPosition.OutsideS)
        .setLegendLayout(LegendLayout.Horizontal)
        .setChartBackgroundColor(Color.WHITE);
    bars.forEach((relay, values) ->
        chart.addSeries(relay, List.copyOf(groups), groups.stream().map(values::get).toList()));
    return chart;
  }
}
