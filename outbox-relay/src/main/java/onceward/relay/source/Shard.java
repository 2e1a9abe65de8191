package onceward.relay.source;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The part of an outbox that one pipeline publishes: the rows of those aggregates whose id has a
 * certain hash, so that all rows of an aggregate are in one part. The server divides the rows, by
 * the filter of a publication for each part. Immutable.
 *
 * @param number 0 to {@code count - 1}
 * @param count how many parts there are, a power of two; 1 if one pipeline publishes all rows
 * @param slots the name of the slot of a pipeline that publishes all rows; that of a part has _ and
 *     its number behind that
 * @param publications likewise, for publications
 */
public record Shard(int number, int count, String slots, String publications) {

  /** Each slot reads the whole log, so more of them cost much and bring little. */
  public static final int COUNT_MAX = 16;

  /** Into how many parts an outbox may be divided. */
  public static final Set<Integer> COUNTS = Set.of(1, 2, 4, 8, COUNT_MAX);

  /**
   * The server's functions for its own hash joins, by the type of the aggregate's id. A filter may
   * call them, because they are built in and always answer the same.
   */
  private static final Map<String, String> HASHES =
      Map.of(
          "text", "hashtext(aggregateid)",
          "character varying", "hashtext((aggregateid)::text)",
          "character", "hashbpchar(aggregateid)",
          "uuid", "uuid_hash(aggregateid)",
          "bigint", "hashint8(aggregateid)",
          "integer", "hashint4(aggregateid)",
          "smallint", "hashint2(aggregateid)");

  /** What {@link #filter} makes, of any number of parts. */
  private static final Pattern FILTER =
      Pattern.compile(
          "\\(\\(COALESCE\\(\\w+\\(\\(?aggregateid\\)?(::text)?\\)?, 0\\) & \\d+\\) = \\d+\\)");

  /** All of the outbox. */
  public static Shard whole(String slot, String publication) {
    return new Shard(0, 1, slot, publication);
  }

  /** Types of the aggregate's id by which rows can be divided. */
  public static Set<String> types() {
    return HASHES.keySet();
  }

  /** Whether a filter is one of a part, of whatever number of parts. */
  public static boolean isFilter(String filter) {
    return FILTER.matcher(filter).matches();
  }

  /** Whether others publish the rest. */
  public boolean isPart() {
    return count > 1;
  }

  /** The slot of this part. */
  public String slot() {
    return isPart() ? slot(number) : slots;
  }

  /** The publication of this part. */
  public String publication() {
    return isPart() ? publication(number) : publications;
  }

  /** The slot of a part of that number. */
  public String slot(int part) {
    return slots + "_" + part;
  }

  /** The publication of a part of that number. */
  public String publication(int part) {
    return publications + "_" + part;
  }

  /** What slots of this outbox may be called, whatever the number of its parts. */
  Stream<String> slotsOfAny() {
    return Stream.concat(Stream.of(slots), IntStream.range(0, COUNT_MAX).mapToObj(this::slot));
  }

  /** What publications of parts of this outbox may be called, whatever the number of its parts. */
  Stream<String> publicationsOfAny() {
    return IntStream.range(0, COUNT_MAX).mapToObj(this::publication);
  }

  /**
   * The filter of the publication of this part, as the server shows it. A statement takes the same
   * text. A row without an aggregate's id is in the part 0, whose pipeline then stops: a filter
   * that is neither true nor false would pass over the row everywhere.
   *
   * @param type of the aggregate's id
   * @return empty if this is no part, or if rows cannot be divided by such an id
   */
  public Optional<String> filter(String type) {
    return filter(number, type);
  }

  /** The same, of a part of that number. */
  public Optional<String> filter(int part, String type) {
    return isPart()
        ? Optional.ofNullable(HASHES.get(type))
            .map(hash -> "((COALESCE(%s, 0) & %d) = %d)".formatted(hash, count - 1, part))
        : Optional.empty();
  }

  /** What a pipeline is called that publishes this part, where all are configured as one. */
  public String pipeline(String configured) {
    return isPart() ? configured + "-" + number : configured;
  }

  /** The name under which a pipeline of that name is configured. */
  public String configured(String pipeline) {
    var suffix = "-" + number;
    return isPart() && pipeline.endsWith(suffix)
        ? pipeline.substring(0, pipeline.length() - suffix.length())
        : pipeline;
  }

  /** For sentences. */
  @Override
  public String toString() {
    return isPart() ? "shard %d of %d".formatted(number, count) : "one shard";
  }
}
