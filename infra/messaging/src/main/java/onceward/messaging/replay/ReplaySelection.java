package onceward.messaging.replay;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which records of a topic an operator means: those that fit every criterion that is given.
 * Immutable.
 *
 * @param partitions of the topic; empty for all
 * @param fromOffset the first, of the one partition; null for the first that is there
 * @param untilOffset behind the last, of the one partition; null for all that the consumer has
 *     passed
 * @param since published at this time or later
 * @param until published before this time
 * @param keys ids of aggregates; empty for all
 * @param types of messages; empty for all
 * @param messages ids of messages; empty for all
 */
public record ReplaySelection(
    Set<Integer> partitions,
    @Nullable Long fromOffset,
    @Nullable Long untilOffset,
    @Nullable Instant since,
    @Nullable Instant until,
    Set<String> keys,
    Set<String> types,
    Set<UUID> messages) {

  /** So many partitions, keys, types or messages can be named. */
  public static final int NAMED_MAX = 1_000;

  public ReplaySelection {
    partitions = Set.copyOf(partitions);
    keys = Set.copyOf(keys);
    types = Set.copyOf(types);
    messages = Set.copyOf(messages);
    if ((fromOffset != null || untilOffset != null) && partitions.size() != 1) {
      throw new IllegalArgumentException(
          "offsets are given for %d partitions; they belong to one partition, so name that one"
              .formatted(partitions.size()));
    }
    requireOrder("offset", fromOffset, untilOffset);
    requireOrder("time", since, until);
    if (fromOffset != null && fromOffset < 0) {
      throw new IllegalArgumentException(
          "the first offset is %d; allowed: 0 and more".formatted(fromOffset));
    }
  }

  private static <T extends Comparable<T>> void requireOrder(
      String what, @Nullable T first, @Nullable T end) {
    if (first != null && end != null && first.compareTo(end) >= 0) {
      throw new IllegalArgumentException(
          "the last %s is %s; it must be behind the first, which is %s"
              .formatted(what, end, first));
    }
  }

  /** Every record. */
  public static ReplaySelection all() {
    return new ReplaySelection(Set.of(), null, null, null, null, Set.of(), Set.of(), Set.of());
  }

  /** The criteria in words, e.g. {@code partitions [0], since 2026-11-28T03:00:00Z}. */
  @Override
  public String toString() {
    var words = new ArrayList<String>();
    named(words, "partitions", partitions.stream().sorted().toList());
    given(words, "from offset", fromOffset);
    given(words, "until offset", untilOffset);
    given(words, "since", since);
    given(words, "until", until);
    named(words, "keys", keys.stream().sorted().toList());
    named(words, "types", types.stream().sorted().toList());
    named(words, "messages", messages.stream().sorted().toList());
    return words.isEmpty() ? "all records" : String.join(", ", words);
  }

  private static void given(List<String> words, String name, @Nullable Object value) {
    if (value != null) {
      words.add(name + " " + value);
    }
  }

  private static void named(List<String> words, String name, List<?> values) {
    if (values.size() > 3) {
      words.add("%d %s".formatted(values.size(), name));
    } else if (!values.isEmpty()) {
      words.add(name + " " + values);
    }
  }
}
