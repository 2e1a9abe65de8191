package onceward.relay.publish;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How topics are named after the kinds of aggregates: {@value #PLACEHOLDER} stands for the kind.
 *
 * <p>Not <code>${…}</code> as with Debezium, which Micronaut would resolve itself. Plain braces
 * pass through property files and environment variables as they are; in YAML a value that begins
 * with one needs quotes, for there it begins a map.
 *
 * @param before what stands before the kind
 * @param after what stands behind it
 */
public record TopicPattern(String before, String after) {

  /** Stands for the content of the column {@code aggregatetype}. */
  public static final String PLACEHOLDER = "{aggregatetype}";

  /** For messages to people who set one. */
  public static final String ALLOWED =
      "%s exactly once, and beside it at most %d of the characters a-z A-Z 0-9 . _ -"
          .formatted(PLACEHOLDER, TopicName.LENGTH_MAX - 1);

  private static final Pattern FORM =
      Pattern.compile("([a-zA-Z0-9._-]*)\\Q" + PLACEHOLDER + "\\E([a-zA-Z0-9._-]*)");

  /** Empty if it is not of the form that is {@link #ALLOWED}. */
  public static Optional<TopicPattern> parse(String text) {
    var form = FORM.matcher(text);
    return form.matches() && text.length() - PLACEHOLDER.length() < TopicName.LENGTH_MAX
        ? Optional.of(new TopicPattern(form.group(1), form.group(2)))
        : Optional.empty();
  }

  /** The topic of one kind; Kafka may not take its name, see {@link TopicName}. */
  public String topicOf(String aggregateType) {
    return before + aggregateType + after;
  }
}
