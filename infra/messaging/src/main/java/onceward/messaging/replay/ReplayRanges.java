package onceward.messaging.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import onceward.messaging.offsets.PartitionLog;

/**
 * Decides which records of each partition a replay goes through. Pure.
 *
 * @param ranges by partition, in their order
 * @param notes what an operator should know of them
 */
record ReplayRanges(List<ReplayRange> ranges, List<String> notes) {

  /**
   * What Kafka knows of the topic.
   *
   * @param logs by partition; empty if there is no such topic
   * @param known by partition, the first offset that a database which was restored from a backup
   *     does not know to be handled; empty for a database that was not
   * @param passed by partition, the first offset that the live consumer has not passed
   * @param since by partition, the first offset of the chosen time; absent where none is so late
   * @param until by partition, the offset behind the chosen time; absent where none is so late
   */
  record Facts(
      Map<Integer, PartitionLog> logs,
      Map<Integer, Long> known,
      Map<Integer, Long> passed,
      Map<Integer, Long> since,
      Map<Integer, Long> until) {}

  /**
   * The ranges of a selection. They end where the live consumer is: records behind that are the
   * live consumer's, and would overtake those in between.
   *
   * @throws IllegalArgumentException if there is no such topic, or no such partition
   */
  static ReplayRanges of(String topic, ReplaySelection selection, Facts facts) {
    if (facts.logs.isEmpty()) {
      throw new IllegalArgumentException("there is no topic " + topic);
    }
    var ranges = new ArrayList<ReplayRange>();
    var notes = new ArrayList<String>();
    for (var partition :
        new TreeSet<>(
            selection.partitions().isEmpty() ? facts.logs.keySet() : selection.partitions())) {
      var log = facts.logs.get(partition);
      if (log == null) {
        throw new IllegalArgumentException(
            "%s has no partition %d; it has: %s"
                .formatted(topic, partition, new TreeMap<>(facts.logs).keySet()));
      }
      ranges.add(range(partition, log, selection, facts, notes));
    }
    return new ReplayRanges(List.copyOf(ranges), List.copyOf(notes));
  }

  /**
   * Everything that a topic has.
   *
   * @param lacking which records it no longer has that the database does not know either, one
   *     sentence a partition
   */
  record Whole(ReplayRanges ranges, List<String> lacking) {}

  /**
   * Everything that the topic has.
   *
   * @param handled by partition, the offset before which the database knows what the records said
   */
  static Whole whole(String topic, Map<Integer, PartitionLog> logs, Map<Integer, Long> handled) {
    var ranges = whole(topic, logs);
    var notes = new ArrayList<String>();
    var lacking = new ArrayList<String>();
    for (var range : ranges) {
      if (range.from() == 0) {
        continue;
      }
      var sentence =
          "partition %d begins at offset %d: the topic no longer has the records before"
              .formatted(range.partition(), range.from());
      if (handled.getOrDefault(range.partition(), 0L) >= range.from()) {
        notes.add(sentence + ", and the restored backup has what they said");
      } else {
        notes.add(sentence);
        lacking.add(sentence);
      }
    }
    return new Whole(new ReplayRanges(ranges, List.copyOf(notes)), List.copyOf(lacking));
  }

  /** Everything that the topic has. */
  static List<ReplayRange> whole(String topic, Map<Integer, PartitionLog> logs) {
    if (logs.isEmpty()) {
      throw new IllegalArgumentException("there is no topic " + topic);
    }
    return new TreeMap<>(logs)
        .entrySet().stream()
            .map(log -> {
              var start = log.getValue().start();
              return new ReplayRange(log.getKey(), start, log.getValue().end(), start);
            })
            .toList();
  }

  private static ReplayRange range(
      int partition, PartitionLog log, ReplaySelection selection, Facts facts, List<String> notes) {
    var wanted = selection.fromOffset() == null ? 0 : selection.fromOffset();
    var known = facts.known.getOrDefault(partition, 0L);
    if (selection.fromOffset() == null && known > 0) {
      // The inbox of the backup may have forgotten these messages, and would refuse them.
      wanted = known;
      notes.add(
          "partition %d: what is before offset %d was handled when the backup was made"
              .formatted(partition, known));
    }
    if (selection.since() != null) {
      wanted = Math.max(wanted, facts.since.getOrDefault(partition, log.end()));
    }
    var end = log.end();
    if (selection.untilOffset() != null) {
      end = Math.min(end, selection.untilOffset());
    }
    if (selection.until() != null) {
      end = Math.min(end, facts.until.getOrDefault(partition, log.end()));
    }
    if (wanted < log.start() && end > wanted) {
      notes.add(
          "partition %d begins at offset %d: the topic no longer has the records before"
              .formatted(partition, log.start()));
    }
    var passed = facts.passed.getOrDefault(partition, 0L);
    if (passed < end) {
      notes.add(
          "partition %d: the live consumer stands at offset %d and handles what follows itself"
              .formatted(partition, passed));
    }
    var from = Math.max(wanted, log.start());
    return new ReplayRange(partition, from, Math.max(from, Math.min(end, passed)), from);
  }
}
