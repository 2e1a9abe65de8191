package onceward.ledgerapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import onceward.ledger.source.Scope;
import onceward.problem.InvalidFieldException;
import org.jspecify.annotations.Nullable;

/**
 * What a verification is to compare. Immutable.
 *
 * @param deep whether everything is read, also what sums prove
 */
record VerificationRequest(Scope scope, boolean deep) {

  /** The command line lists more: what it lists is not kept in memory for twenty verifications. */
  private static final int LIMIT_MAX = 1_000;

  private static final int WAIT_SECONDS_MAX = Math.toIntExact(Scope.PATIENCE_MAX.toSeconds());

  static final List<String> FIELDS =
      List.of("since", "until", "consumer", "aggregate", "waitSeconds", "limit", "deep");

  /**
   * What the body of a call asks for; everything, if there is no body.
   *
   * @throws InvalidFieldException for the first field that is unknown or not allowed
   */
  static VerificationRequest of(@Nullable JsonNode body) {
    if (body == null || body.isNull() || body.isMissingNode()) {
      return new VerificationRequest(Scope.ALL, false);
    }
    if (!body.isObject()) {
      throw new InvalidFieldException(
          "body", "is no object; allowed is one with the fields " + FIELDS);
    }
    var names = new TreeSet<String>();
    body.fieldNames().forEachRemaining(names::add);
    FIELDS.forEach(names::remove);
    if (!names.isEmpty()) {
      throw new InvalidFieldException(names.first(), "is no field; allowed are " + FIELDS);
    }
    var since = moment(body, "since");
    var until = moment(body, "until");
    if (since.isPresent() && until.isPresent() && !since.get().isBefore(until.get())) {
      throw new InvalidFieldException(
          "until",
          "is %s, and since is %s: nothing is between them".formatted(until.get(), since.get()));
    }
    var scope =
        new Scope(
            since,
            until,
            text(body, "consumer").map(name -> Names.require("consumer", name)),
            text(body, "aggregate").map(name -> Names.require("aggregate", name)),
            Set.of(),
            Duration.ofSeconds(
                number(body, "waitSeconds", (int) Scope.PATIENCE.toSeconds(), WAIT_SECONDS_MAX)),
            number(body, "limit", Scope.EXAMPLES, LIMIT_MAX));
    return new VerificationRequest(scope, truth(body, "deep"));
  }

  /** With moments in place of how long ago. */
  Map<String, Object> document() {
    var document = new LinkedHashMap<String, Object>();
    scope.since().ifPresent(since -> document.put("since", since.toString()));
    scope.until().ifPresent(until -> document.put("until", until.toString()));
    scope.consumer().ifPresent(consumer -> document.put("consumer", consumer));
    scope.aggregate().ifPresent(aggregate -> document.put("aggregate", aggregate));
    document.put("waitSeconds", scope.patience().toSeconds());
    document.put("limit", scope.examples());
    document.put("deep", deep);
    return document;
  }

  private static Optional<Instant> moment(JsonNode body, String field) {
    return text(body, field).map(text -> Names.moment(field, text));
  }

  private static Optional<String> text(JsonNode body, String field) {
    var value = body.path(field);
    if (isAbsent(value)) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw new InvalidFieldException(field, "is %s; allowed is a text".formatted(shown(value)));
    }
    return Optional.of(value.textValue());
  }

  private static int number(JsonNode body, String field, int byDefault, int highest) {
    var value = body.path(field);
    if (isAbsent(value)) {
      return byDefault;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < 0
        || value.intValue() > highest) {
      throw new InvalidFieldException(
          field, "is %s; allowed are 0 to %d".formatted(shown(value), highest));
    }
    return value.intValue();
  }

  private static boolean truth(JsonNode body, String field) {
    var value = body.path(field);
    if (!isAbsent(value) && !value.isBoolean()) {
      throw new InvalidFieldException(
          field, "is %s; allowed are true and false".formatted(shown(value)));
    }
    return value.asBoolean();
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static String shown(JsonNode value) {
    return Names.shown(value.toString());
  }
}
