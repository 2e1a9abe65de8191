package onceward.management;

import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.web.router.Router;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import onceward.management.Endpoints.Target;
import onceward.management.Verdict.Admitted;
import onceward.management.Verdict.Open;
import onceward.management.Verdict.Refused;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before every request of a program. On the public port there are no management endpoints
 * but health, readiness and liveness, without details. On the management port there is nothing
 * else, and {@link DoorRules} decide who is let in. Every command is logged when it begins and when
 * it is answered. Thread-safe.
 */
@ServerFilter(value = ServerFilter.MATCH_ALL_PATTERN, appendContextPath = false)
final class ManagementDoor implements Ordered {

  private static final Logger log = LoggerFactory.getLogger(ManagementDoor.class);

  private static final String RETRY_AFTER_S = "1";

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

  private final ManagementPort port;
  private final Endpoints endpoints;
  private final DoorRules rules;
  private final Refusals refusals;
  private final Router router;
  private final ErrorResponseProcessor<?> errors;

  ManagementDoor(
      ManagementPort port,
      Endpoints endpoints,
      DoorRules rules,
      Refusals refusals,
      Router router,
      ErrorResponseProcessor<?> errors) {
    this.port = port;
    this.endpoints = endpoints;
    this.rules = rules;
    this.refusals = refusals;
    this.router = router;
    this.errors = errors;
  }

  /** Before everything else: nothing of the program sees a call that is refused. */
  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  /** The answer to a call that goes no further; null for the others. */
  @RequestFilter
  @Nullable HttpResponse<?> enter(HttpRequest<?> request) {
    if (port.number().isEmpty()) {
      return HttpResponse.serverError().status(503).header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_S);
    }
    var target = endpoints.target(request, router);
    if (!port.isOf(request.getServerAddress())) {
      return target == Target.ENDPOINT ? nothingThere(request) : null;
    }
    return switch (rules.on(DoorCall.of(request, target == Target.HEALTH))) {
      case Refused(Refusal why) -> refuse(request, why);
      case Open() -> null;
      case Admitted(Role role) -> admit(request, role, target);
    };
  }

  private HttpResponse<?> refuse(HttpRequest<?> request, Refusal why) {
    refusals.add(why, DoorCaller.of(request).toString());
    return why.answer();
  }

  private @Nullable HttpResponse<?> admit(HttpRequest<?> request, Role role, Target target) {
    if (target == Target.OTHER) {
      return nothingThere(request);
    }
    AdmittedCaller.of(request, role).markIn(request);
    if (DoorCall.changes(request)) {
      log.info("Command begins: {} ({})", DoorCaller.of(request), role.text());
    }
    return null;
  }

  /** The same answer as for a path that does not exist. */
  private HttpResponse<?> nothingThere(HttpRequest<?> request) {
    return errors
        .processResponse(
            ErrorContext.builder(request).errorMessage("Page Not Found").build(),
            HttpResponse.notFound())
        .header("date", DATE.format(ZonedDateTime.now(ZoneOffset.UTC)));
  }

  /** Takes the details from an answer to a stranger, and logs the outcome of a command. */
  @ResponseFilter
  void leave(HttpRequest<?> request, MutableHttpResponse<?> response) {
    var caller = AdmittedCaller.in(request);
    if (caller.isEmpty()) {
      withoutDetails(response);
    } else if (DoorCall.changes(request)) {
      log.info(
          "Command answered {}: {} ({})",
          response.code(),
          DoorCaller.of(request),
          caller.get().role());
    }
  }

  private static void withoutDetails(MutableHttpResponse<?> response) {
    if (response.body() instanceof HealthResult health) {
      response.body(HealthResult.builder(null, health.getStatus()).build());
    }
  }
}
