package onceward.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Keeps expected warnings of libraries out of the log: two of Flyway at each start, about settings
 * that are intended here, and one of Kafka's client each second about a missing topic, which the
 * subscription logs once and readiness reports while it lasts. Drops only these sentences of these
 * loggers.
 */
public final class KnownWarnings extends Filter<ILoggingEvent> {

  private record Known(String logger, Pattern sentence) {

    boolean is(ILoggingEvent event) {
      return event.getLoggerName().equals(logger)
          && sentence.matcher(event.getFormattedMessage()).find();
    }
  }

  private static final List<Known> KNOWN =
      List.of(
          // The migrations are tested with this Flyway on this PostgreSQL.
          known(
              "org.flywaydb.core.internal.database.base.Database",
              "^Flyway upgrade recommended: PostgreSQL .* has not been tested"),
          // Migrations of the library come later than those of the service that begin with a higher
          // number.
          known("org.flywaydb.core.internal.command.DbMigrate", "^outOfOrder mode is active\\."),
          // Only if every named topic is missing and has no other trouble.
          known(
              "org.apache.kafka.clients.NetworkClient",
              "The metadata response from the cluster reported a recoverable issue .* : \\{[^=,{}]+=UNKNOWN_TOPIC_OR_PARTITION(, [^=,{}]+=UNKNOWN_TOPIC_OR_PARTITION)*}$"));

  @Override
  public FilterReply decide(ILoggingEvent event) {
    return KNOWN.stream().anyMatch(known -> known.is(event))
        ? FilterReply.DENY
        : FilterReply.NEUTRAL;
  }

  private static Known known(String logger, String sentence) {
    return new Known(logger, Pattern.compile(sentence));
  }
}
