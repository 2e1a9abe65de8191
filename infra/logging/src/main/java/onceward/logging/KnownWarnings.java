package onceward.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Keeps out of the log what others warn of and what is known: at each start, that Flyway runs as it
 * is meant to run here; each second, that a topic is missing, which the subscription says once and
 * readiness as long as it lasts. Denies these sentences of these loggers and nothing else.
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
          // Only where every topic that is named is missing, and has no other trouble.
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
