package onceward.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;

/** The counters of a program, from its Prometheus endpoint. */
record Metrics(String text) {

  static Metrics of(String program) {
    var uri = URI.create(RunningSystem.program(program).managementUrl() + "/prometheus");
    try (var http = HttpClient.newHttpClient()) {
      var token = Files.readString(RunningSystem.stack().operatorTokens().reader()).strip();
      var request = HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token);
      return new Metrics(http.send(request.build(), BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The sum of a metric over all its series with that label. */
  double sum(String metric, String label) {
    return text.lines()
        .filter(line -> line.startsWith(metric + "{") && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
