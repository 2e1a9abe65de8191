package onceward.relay.operations;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.management.endpoint.annotation.Read;
import io.micronaut.management.endpoint.annotation.Selector;
import io.micronaut.management.endpoint.annotation.Write;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import onceward.relay.republish.RepublishRequests;
import onceward.relay.republish.RepublishRequests.Action;
import org.jspecify.annotations.Nullable;

/**
 * {@code /republish}: the requests to publish again what topics lack, newest first.
 *
 * <ul>
 *   <li>{@code POST /{pipeline}} makes a request, {@code POST /{pipeline}/{request}/add} with
 *       {@code messages} names messages, and {@code POST /{pipeline}/{request}/start} has the relay
 *       that publishes carry out the request; {@code pause}, {@code resume} and {@code cancel}
 *       likewise.
 *   <li>{@code GET /{pipeline}/{request}} shows a request, with what could not be published and
 *       why.
 * </ul>
 *
 * <p>Works while the pipeline is stopped: a request that is started then is carried out before
 * anything that the pipeline captures. Sensitive. Shows no content.
 */
@Endpoint(id = "republish", defaultSensitive = true)
@ExecuteOn(TaskExecutors.BLOCKING)
final class RepublishEndpoint {

  private static final int REASON_MAX = 1_000;

  private final OperatedPipelines pipelines;

  RepublishEndpoint(OperatedPipelines pipelines) {
    this.pipelines = pipelines;
  }

  @Read
  Map<String, Object> latest() {
    var requests = new ArrayList<Map<String, Object>>();
    for (var operated : pipelines.all()) {
      requests.addAll(RepublishReport.of(operated, Answers.answered(requests(operated)::latest)));
    }
    return Map.of(
        "pipelines",
        pipelines.all().stream().map(OperatedPipeline::name).toList(),
        "requests",
        requests);
  }

  @Read
  Map<String, Object> show(@Selector String pipeline, @Selector long request) {
    var operated = Answers.operated(pipelines, pipeline);
    return Answers.answered(() -> show(operated, request));
  }

  @Write
  Map<String, Object> create(
      @Selector String pipeline, @Nullable String operator, @Nullable String reason) {
    var operated = Answers.operated(pipelines, pipeline);
    if (!requests(operated).isSupported()) {
      throw Answers.notOfShards(operated, "publishes messages again");
    }
    var by = OperatorName.of(operator);
    if (reason != null && reason.length() > REASON_MAX) {
      throw new HttpStatusException(
          HttpStatus.BAD_REQUEST,
          "the reason is of %d characters; allowed: at most %d"
              .formatted(reason.length(), REASON_MAX));
    }
    return Answers.answered(() -> requests(operated).create(by, reason))
        .map(made -> RepublishReport.of(operated, made))
        .orElseThrow(() ->
            new HttpStatusException(
                HttpStatus.CONFLICT,
                "pipeline %s has a republish request that is not over; let it end, or cancel it"
                    .formatted(pipeline)));
  }

  @Write
  Map<String, Object> change(
      @Selector String pipeline,
      @Selector long request,
      @Selector String action,
      @Nullable String operator,
      @Nullable List<UUID> messages) {
    var operated = Answers.operated(pipelines, pipeline);
    if ("add".equals(action)) {
      return add(operated, request, messages == null ? List.of() : messages);
    }
    var change = action(action);
    var by = OperatorName.of(operator);
    if (!Answers.answered(() -> requests(operated).change(request, change, by))) {
      throw notIn(operated, request, change.from().toString());
    }
    return Answers.answered(() -> show(operated, request));
  }

  private static Map<String, Object> add(
      OperatedPipeline operated, long request, List<UUID> messages) {
    try {
      return Answers.answered(() -> requests(operated).add(request, messages))
          .map(grown -> RepublishReport.of(operated, grown))
          .orElseThrow(() -> notIn(operated, request, "[COLLECTING]"));
    } catch (IllegalArgumentException tooMany) {
      throw new HttpStatusException(HttpStatus.BAD_REQUEST, tooMany.getMessage());
    }
  }

  private static Action action(String name) {
    return Arrays.stream(Action.values())
        .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(() ->
            new HttpStatusException(
                HttpStatus.NOT_FOUND,
                "'%s'; allowed: add, %s"
                    .formatted(
                        name,
                        Arrays.stream(Action.values())
                            .map(one -> one.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", ")))));
  }

  private static Map<String, Object> show(OperatedPipeline operated, long request) {
    var known = requests(operated).find(request).orElseThrow(() -> notFound(operated, request));
    return RepublishReport.of(operated, known, requests(operated).unpublished(request));
  }

  /** Says why not: there is no such request, or it is in another state. */
  private static HttpStatusException notIn(
      OperatedPipeline operated, long request, String allowed) {
    return Answers.answered(() -> requests(operated).find(request))
        .map(known ->
            new HttpStatusException(
                HttpStatus.CONFLICT,
                "republish request %d is %s; allowed: %s"
                    .formatted(request, known.state(), allowed)))
        .orElseGet(() -> notFound(operated, request));
  }

  private static HttpStatusException notFound(OperatedPipeline operated, long request) {
    return new HttpStatusException(
        HttpStatus.NOT_FOUND,
        "pipeline %s has no republish request %d".formatted(operated.name(), request));
  }

  private static RepublishRequests requests(OperatedPipeline operated) {
    return operated.pipeline().republishRequests();
  }
}
