package onceward.messaging.offsets;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Records that Kafka no longer holds, or whose effects the database no longer has. A consumer that
 * went on would pass over these records, or over others that have taken their offsets.
 *
 * @param cause how Kafka lost the records
 * @param from the offset of the first record that is gone
 * @param until the offset behind the last record that is gone; null if nobody knows
 */
public record Loss(Cause cause, long from, @Nullable Long until) {

  /** How Kafka lost records. */
  public enum Cause {
    /** The log begins behind the consumer's next record: retention, or somebody deleted records. */
    RECORDS_DELETED("records-deleted"),
    /** The log ends before the consumer's next record, or holds other records before it. */
    LOG_CUT("log-cut"),
    /** The topic was deleted and created anew. */
    TOPIC_REPLACED("topic-replaced"),
    /**
     * Not Kafka lost records, but the database what the consumer did with them: it was restored
     * from an earlier time, or made anew.
     */
    DATABASE_REWOUND("database-rewound");

    private final String text;

    Cause(String text) {
      this.text = text;
    }

    /** The word for the cause in the database and in reports. */
    public String text() {
      return text;
    }

    static Cause of(String text) {
      return Arrays.stream(values())
          .filter(cause -> cause.text.equals(text))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no cause of a loss: " + text));
    }
  }

  /** The rest of a sentence that begins with the name of the partition. */
  public String describe() {
    return switch (cause) {
      case RECORDS_DELETED ->
          "%s are gone from Kafka: retention or an operator deleted them before they were handled"
              .formatted(records());
      case LOG_CUT ->
          "Kafka no longer holds the records that were read from offset %d on: the log was cut off, or restored from an earlier time, and other records may take their offsets"
              .formatted(from);
      case TOPIC_REPLACED ->
          "the topic was deleted and created anew: the records of the old topic from offset %d on are gone"
              .formatted(from);
      case DATABASE_REWOUND ->
          "the database was restored from an earlier time, or made anew, and may lack the effects of %s, which were handled"
              .formatted(records());
    };
  }

  private String records() {
    return until == null
        ? "records from offset %d on".formatted(from)
        : "records %d to %d".formatted(from, until - 1);
  }
}
