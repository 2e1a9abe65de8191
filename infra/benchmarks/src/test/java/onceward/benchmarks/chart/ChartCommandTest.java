package onceward.benchmarks.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Results that were printed as JSON become a picture, or it is said why not. */
final class ChartCommandTest {

  private static final int REFUSED = 2;

  @TempDir private Path directory = Path.of("");
  private Path picture = Path.of("");
  private final StringWriter errors = new StringWriter();

  @BeforeEach
  void place() {
    picture = directory.resolve("relays.png");
  }

  @Test
  void bars_are_as_high_as_what_the_relays_did() throws IOException {
    var result =
        written(
            """
            {"benchmark": "relay", "commit": "abc", "processors": 2, "processor": "one",
             "relays": [
              {"name": "onceward", "payloadBytes": 400, "rowsPerTransaction": 10, "rowsPerSecond": 90000.0},
              {"name": "other", "payloadBytes": 400, "rowsPerTransaction": 10, "rowsPerSecond": 30000.0},
              {"name": "liar", "payloadBytes": 400, "rowsPerTransaction": 10, "refused": "lost rows"}]}
            """);

    assertThat(run(result.toString(), "--to", picture.toString())).as(errors::toString).isZero();

    var drawn = ImageIO.read(picture.toFile());
    assertThat(coloured(drawn, 0, drawn.getWidth() / 2))
        .isBetween(
            2 * coloured(drawn, drawn.getWidth() / 2, drawn.getWidth()),
            4 * coloured(drawn, drawn.getWidth() / 2, drawn.getWidth()));
  }

  @Test
  void results_of_something_else_are_refused() throws IOException {
    var verify = written("{\"benchmark\": \"verify\"}");

    assertThat(run(verify.toString(), "--to", picture.toString())).isEqualTo(REFUSED);

    assertThat(errors.toString()).contains("allowed are relay and latency");
    assertThat(picture).doesNotExist();
  }

  @Test
  void a_figure_that_no_relay_has_is_named() throws IOException {
    var result = written("{\"benchmark\": \"latency\", \"relays\": [{\"name\": \"floor\"}]}");

    assertThat(run(result.toString(), "--figure", "p98Ms", "--to", picture.toString()))
        .isEqualTo(REFUSED);

    assertThat(errors.toString()).contains("no relay has a figure p98Ms");
  }

  @Test
  void what_is_no_json_is_named_with_its_remedy() throws IOException {
    var lines = written("benchmark   relay");

    assertThat(run(lines.toString(), "--to", picture.toString())).isEqualTo(REFUSED);

    assertThat(errors.toString())
        .contains(lines + " is no JSON; run the benchmark with --json")
        .doesNotContain("Exception");
  }

  private Path written(String result) throws IOException {
    return Files.writeString(directory.resolve("result.json"), result);
  }

  private int run(String... arguments) {
    return new CommandLine(new ChartCommand())
        .setErr(new PrintWriter(errors, true))
        .execute(arguments);
  }

  /** How many points of the bars' own colours lie between two columns. */
  private static int coloured(BufferedImage image, int from, int to) {
    var count = 0;
    for (var x = from; x < to; x++) {
      for (var y = 0; y < image.getHeight(); y++) {
        var colour = new Color(image.getRGB(x, y));
        var least = Math.min(colour.getRed(), Math.min(colour.getGreen(), colour.getBlue()));
        var most = Math.max(colour.getRed(), Math.max(colour.getGreen(), colour.getBlue()));
        count += most - least > 60 ? 1 : 0;
      }
    }
    return count;
  }
}
