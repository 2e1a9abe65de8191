package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which open dead letters a command is about. */
final class SelectionOptions {

  @Option(names = "--group", paramLabel = "GROUP", description = "As `dlq groups` shows it.")
  private @Nullable String group;

  @Option(names = "--consumer", paramLabel = "NAME", description = "Letters of this consumer.")
  private @Nullable String consumer;

  @Option(names = "--type", paramLabel = "TYPE", description = "Letters of this type of message.")
  private @Nullable String type;

  @Option(
      names = "--exception",
      paramLabel = "CLASS",
      description = "Letters that failed with this exception, by its full or its simple name.")
  private @Nullable String exception;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = Reader.class,
      description = "Letters written at TIME or later: 2026-11-28T03:00:00Z, or 2h for 2 h ago.")
  private @Nullable Instant since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      converter = Reader.class,
      description = "Letters written before TIME.")
  private @Nullable Instant until;

  @Option(names = "--all", description = "Every open letter.")
  private boolean all;

  @Option(names = "--limit", paramLabel = "N", description = "At most N letters, oldest first.")
  private @Nullable Integer limit;

  /** Whether the user has said which letters. */
  boolean isGiven() {
    return all || hasCriterion();
  }

  /** Whether {@code --all} stands beside a criterion. */
  boolean isContradiction() {
    return all && hasCriterion();
  }

  private boolean hasCriterion() {
    return group != null
        || consumer != null
        || type != null
        || exception != null
        || since != null
        || until != null;
  }

  /** Adds the criteria to the body of a request. */
  ObjectNode addTo(ObjectNode body) {
    put(body, "group", group);
    put(body, "consumer", consumer);
    put(body, "type", type);
    put(body, "exception", exception);
    put(body, "since", since);
    put(body, "until", until);
    if (all) {
      body.put("all", true);
    }
    if (limit != null) {
      body.put("limit", limit);
    }
    return body;
  }

  private static void put(ObjectNode body, String name, @Nullable Object value) {
    if (value != null) {
      body.put(name, value.toString());
    }
  }

  /** Takes a time in UTC, or how long ago. */
  static final class Reader implements ITypeConverter<Instant> {

    private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

    private final Clock clock = Clock.systemUTC();

    @Override
    public Instant convert(String text) {
      return read(text, clock.instant());
    }

    static Instant read(String text, Instant now) {
      var ago = AGO.matcher(text);
      if (ago.matches()) {
        var days = ago.group(2).equals("d") ? "P" : "PT";
        return now.minus(Duration.parse(days + ago.group(1) + ago.group(2)));
      }
      try {
        return Instant.parse(text);
      } catch (DateTimeException unreadable) {
        throw new TypeConversionException(
            "\"%s\" is no time such as 2026-11-28T03:00:00Z, and no time ago such as 30m, 2h or 1d"
                .formatted(text));
      }
    }
  }
}
