package onceward.relay.source;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import onceward.relay.position.Lsn;

/**
 * From which timelines the log of a server comes, and where each of them ended: the file that
 * PostgreSQL writes at every promotion and recovery. Immutable.
 *
 * @param ends by timeline; a timeline that is not here has no part in the log
 */
public record TimelineHistory(Map<Integer, Lsn> ends) {

  // timeline, place, reason; other lines are comments, or empty
  private static final Pattern LINE =
      Pattern.compile("^\\s*(\\d+)\\s+([0-9A-Fa-f]+/[0-9A-Fa-f]+)\\b.*$", Pattern.MULTILINE);

  /** Of a log that comes from no other timeline, or of which nothing is known. */
  public static final TimelineHistory NONE = new TimelineHistory(Map.of());

  public TimelineHistory {
    ends = Map.copyOf(ends);
  }

  /** Reads the file's content. */
  public static TimelineHistory parse(String content) {
    var ends = new HashMap<Integer, Lsn>();
    LINE.matcher(content)
        .results()
        .forEach(line -> ends.put(Integer.parseInt(line.group(1)), Lsn.parse(line.group(2))));
    return new TimelineHistory(ends);
  }

  /**
   * Where the server's log left a timeline: what was written there from this place on is not in the
   * server's log. Empty if the log does not come from that timeline.
   */
  public Optional<Lsn> endOf(int timeline) {
    return Optional.ofNullable(ends.get(timeline));
  }
}
