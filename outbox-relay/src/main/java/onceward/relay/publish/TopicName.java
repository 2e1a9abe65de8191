package onceward.relay.publish;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What Kafka takes for the name of a topic. */
public final class TopicName {

  /** For messages to people who set one. */
  public static final String ALLOWED = "1 to 249 of the characters a-z A-Z 0-9 . _ -";

  static final int LENGTH_MAX = 249;

  private static final Predicate<String> NAME =
      Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1," + LENGTH_MAX + "}").asMatchPredicate();

  private TopicName() {}

  /** Whether a topic can be named so. */
  public static boolean isAllowed(String name) {
    return NAME.test(name);
  }
}
