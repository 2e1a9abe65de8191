package onceward.relay.operations;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import java.util.concurrent.Callable;
import onceward.relay.publish.KafkaAwayException;
import onceward.relay.source.DatabaseException;

/** What the endpoints answer when something cannot be done. */
final class Answers {

  private Answers() {}

  /**
   * The answer of a server.
   *
   * @throws HttpStatusException 503 if the server does not answer
   */
  static <T> T answered(Callable<T> question) {
    try {
      return question.call();
    } catch (KafkaAwayException | DatabaseException notNow) {
      throw new HttpStatusException(HttpStatus.SERVICE_UNAVAILABLE, notNow.getMessage());
    } catch (RuntimeException unforeseen) {
      throw unforeseen;
    } catch (Exception interrupted) {
      throw new HttpStatusException(HttpStatus.SERVICE_UNAVAILABLE, "interrupted");
    }
  }

  /** That a pipeline does something only where it publishes all of its outbox. */
  static HttpStatusException notOfShards(OperatedPipeline operated, String what) {
    return new HttpStatusException(
        HttpStatus.CONFLICT,
        "pipeline %s publishes one of several shards, and only a pipeline of all rows %s: change to one shard first, see infra/docs/runbook/shards.md"
            .formatted(operated.name(), what));
  }

  /**
   * The pipeline of that name.
   *
   * @throws HttpStatusException 404 if there is none
   */
  static OperatedPipeline operated(OperatedPipelines pipelines, String name) {
    return pipelines.all().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new HttpStatusException(
                HttpStatus.NOT_FOUND, "there is no pipeline '%s'".formatted(name)));
  }
}
