package onceward.relay.position;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.relay.position.Coverage.Hour;
import onceward.relay.position.Coverage.Part;
import onceward.relay.position.Coverage.Sum;
import org.jspecify.annotations.Nullable;

/**
 * Adds the messages of one batch to a coverage. All messages of a pipeline pass here on one thread:
 * for a message like the one before it, nothing is looked up and nothing is allocated. For one
 * thread.
 */
final class CoverageCounting {

  private static final int VERSION_WITH_TIME = 7;
  private static final int BITS_BEHIND_TIME = 16;
  private static final long HOUR_MILLIS = 3_600_000;

  private final List<OpenHour> open = new ArrayList<>(Coverage.OPEN_MAX + 1);
  private final List<Part> closed;
  private final Lsn place;
  private long parts;
  private @Nullable UUID first;
  private @Nullable OpenHour lastHour;
  private @Nullable Cell lastCell;

  CoverageCounting(Coverage before, Lsn place) {
    before.open().forEach(hour -> open.add(new OpenHour(hour)));
    this.closed = new ArrayList<>(before.closed());
    this.parts = before.parts();
    this.first = before.first();
    this.place = place;
  }

  void add(Message message) {
    var id = message.id();
    if (id.version() != VERSION_WITH_TIME) {
      return;
    }
    var number = (id.getMostSignificantBits() >>> BITS_BEHIND_TIME) / HOUR_MILLIS;
    if (first == null && open.isEmpty()) {
      first = id;
    }
    var hour = lastHour;
    if (hour == null || hour.number != number) {
      hour = opened(number);
      lastHour = hour;
      lastCell = null;
    }
    var cell = lastCell;
    if (cell == null || !cell.type.equals(message.aggregateType())) {
      cell = hour.cell(message.aggregateType());
      lastCell = cell;
    }
    if (cell != null) {
      cell.add(id);
    }
  }

  Coverage sum() {
    return new Coverage(open.stream().map(hour -> hour.at(place)).toList(), closed, parts, first);
  }

  /** Puts the hour to the end; closes the first of them if they become too many. */
  private OpenHour opened(long number) {
    OpenHour found = null;
    for (var i = 0; found == null && i < open.size(); i++) {
      if (open.get(i).number == number) {
        found = open.remove(i);
      }
    }
    if (found == null) {
      found = new OpenHour(number, place);
      if (open.size() == Coverage.OPEN_MAX) {
        close(open.removeFirst());
      }
    }
    open.add(found);
    found.isAddedTo = true;
    return found;
  }

  private void close(OpenHour hour) {
    if (closed.size() == Coverage.CLOSED_MAX) {
      closed.removeFirst();
    }
    closed.add(new Part(parts++, hour.at(place)));
  }

  private static final class OpenHour {

    private final Hour before;
    private final long number;
    private final Map<String, Cell> cells = new HashMap<>();
    private int kinds;
    private boolean isAddedTo;

    OpenHour(long number, Lsn place) {
      this(new Hour(number, place, place, Map.of()));
    }

    OpenHour(Hour before) {
      this.before = before;
      this.number = before.number();
      this.kinds = before.sums().size();
    }

    /** Null if there are too many. */
    @Nullable Cell cell(String type) {
      var known = cells.get(type);
      if (known != null) {
        return known;
      }
      var sum = before.sums().get(type);
      if (sum == null) {
        if (kinds == Coverage.TYPES_MAX) {
          return null;
        }
        kinds++;
      }
      var cell = new Cell(type, sum);
      cells.put(type, cell);
      return cell;
    }

    Hour at(Lsn place) {
      if (!isAddedTo) {
        return before;
      }
      var sums = new HashMap<>(before.sums());
      cells.forEach((type, cell) -> sums.put(type, cell.sum()));
      return new Hour(number, before.from(), place, sums);
    }
  }

  private static final class Cell {

    private final String type;
    private long count;
    private long high;
    private long low;

    Cell(String type, @Nullable Sum before) {
      this.type = type;
      if (before != null) {
        count = before.count();
        high = before.ids().getMostSignificantBits();
        low = before.ids().getLeastSignificantBits();
      }
    }

    void add(UUID id) {
      count++;
      high ^= id.getMostSignificantBits();
      low ^= id.getLeastSignificantBits();
    }

    Sum sum() {
      return new Sum(count, new UUID(high, low));
    }
  }
}
