package onceward.messaging.deadletter.operations;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.deadletter.Actor;
import onceward.messaging.deadletter.DeadLetterConfiguration;
import onceward.messaging.deadletter.DeadLetterDetails;
import onceward.messaging.deadletter.DeadLetterDetails.Details;
import onceward.messaging.deadletter.DeadLetterGroups;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.deadletter.DeadLetterOffice.Closed;
import onceward.messaging.operations.Audit;
import onceward.messaging.operations.Audit.Deed;
import onceward.messaging.operations.Audit.Entry;
import onceward.messaging.operations.Fields;
import onceward.messaging.restore.Restoring;
import org.jspecify.annotations.Nullable;

/** What operators see of single letters and do with them. Every deed is audited. */
@Singleton
@Requires(bean = DeadLetterOffice.class)
final class LetterDesk {

  private static final int LETTERS_MAX = 100;
  private static final int GROUPS_MAX = 1_000;
  private static final int AUDIT_MAX = 100;
  private static final Set<String> FIELDS = Set.of("operator", "reason", "dryRun", "payload");

  private final DeadLetterOffice office;
  private final DeadLetterGroups groups;
  private final DeadLetterDetails details;
  private final DeadLetterConfiguration configuration;
  private final Audit audit;
  private final Restoring restoring;

  LetterDesk(
      DeadLetterOffice office,
      DeadLetterGroups groups,
      DeadLetterDetails details,
      DeadLetterConfiguration configuration,
      Audit audit,
      Restoring restoring) {
    this.office = office;
    this.groups = groups;
    this.details = details;
    this.configuration = configuration;
    this.audit = audit;
    this.restoring = restoring;
  }

  Map<String, Object> open(@Nullable UUID after) {
    var letters = office.open(after, LETTERS_MAX);
    return Map.of("deadLetters", letters.stream().map(LetterReport::of).toList());
  }

  Map<String, Object> groups() {
    return Map.of("groups", groups.open(GROUPS_MAX).stream().map(LetterReport::of).toList());
  }

  Map<String, Object> audit(@Nullable Long before) {
    return Map.of("audit", audit.latest(before, AUDIT_MAX));
  }

  Map<String, Object> show(UUID id) {
    return LetterReport.of(find(id), false);
  }

  Map<String, Object> close(UUID id, String action, Fields fields, @Nullable String header) {
    return audit.audited(
        entry(id, action, fields, header),
        () -> {
          fields.allowing(FIELDS);
          var actor = Actor.operator(fields.operator(header), fields.text("reason"));
          var payload = LetterFields.payload(fields);
          if (action.equals("show")) {
            return showPayload(id);
          }
          requireEditAllowed(action, payload, actor);
          return fields.flag("dryRun") ? wouldClose(id, action) : close(id, action, payload, actor);
        });
  }

  /** Has the length of a payload, and nothing of its content. */
  private static Entry entry(UUID id, String action, Fields fields, @Nullable String header) {
    var payload = fields.asGiven("payload");
    return payload == null
        ? Entry.of(action, "letter " + id, "", fields, header)
        : Entry.of(
            "edited " + action,
            "letter " + id,
            "payload of %d characters".formatted(payload.length()),
            fields,
            header);
  }

  private Deed<Map<String, Object>> showPayload(UUID id) {
    if (!configuration.showPayload()) {
      throw new HttpStatusException(
          HttpStatus.FORBIDDEN,
          "payloads are not shown: the service runs without messaging.dead-letters.show-payload=true");
    }
    return new Deed<>(LetterReport.of(find(id), true), "payload was read");
  }

  private void requireEditAllowed(String action, @Nullable String payload, Actor actor) {
    if (payload == null) {
      return;
    }
    if (!configuration.allowEdit()) {
      throw new HttpStatusException(
          HttpStatus.FORBIDDEN,
          "payloads are not replaced: the service runs without messaging.dead-letters.allow-edit=true");
    }
    if (!action.equals("retry") || actor.reason() == null) {
      throw new IllegalArgumentException("a payload goes with retry, and with a reason");
    }
  }

  private Deed<Map<String, Object>> wouldClose(UUID id, String action) {
    var found = find(id);
    if (!found.state().equals("open")) {
      throw new HttpStatusException(HttpStatus.BAD_REQUEST, "there is no open dead letter " + id);
    }
    if (action.equals("retry")) {
      office.requireSubscription(found.letter());
    }
    if (!office.hasSubscription(found.letter())) {
      return new Deed<>(
          Map.of("id", id, "wouldRelease", 0),
          "would close the letter; it has no subscription, so messages behind it would become letters");
    }
    return new Deed<>(
        Map.of("id", id, "wouldRelease", found.behindCount()),
        "would close the letter and release up to %d messages".formatted(found.behindCount()));
  }

  private Deed<Map<String, Object>> close(
      UUID id, String action, @Nullable String payload, Actor actor) {
    if (restoring.isOn()) {
      // A letter that is retried, or what it releases, would be decided before the service knows
      // what it has decided.
      throw new HttpStatusException(HttpStatus.CONFLICT, restoring.reason());
    }
    var closed =
        switch (action) {
          case "retry" ->
              payload == null
                  ? office.retry(id, actor)
                  : office.retryEdited(id, payload.getBytes(UTF_8), actor);
          case "discard" -> discard(id, actor);
          default ->
              throw new HttpStatusException(
                  HttpStatus.NOT_FOUND, "'%s'; allowed: retry, discard".formatted(action));
        };
    return new Deed<>(
        Map.of(
            "id", closed.letter(),
            "released", closed.released(),
            "becameLetters", closed.becameLetters()),
        closed.becameLetters() == 0
            ? "released %d messages behind it".formatted(closed.released())
            : "%d messages behind it became letters".formatted(closed.becameLetters()));
  }

  private Closed discard(UUID id, Actor actor) {
    if (actor.reason() == null) {
      throw new IllegalArgumentException(
          "a reason is required to discard a letter: send {\"reason\": \"…\"}");
    }
    return office.discard(id, actor);
  }

  private Details find(UUID id) {
    return details
        .find(id)
        .orElseThrow(
            () -> new HttpStatusException(HttpStatus.NOT_FOUND, "there is no dead letter " + id));
  }
}
