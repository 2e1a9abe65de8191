package onceward.gateway.connection;

import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;

/**
 * All connections of callers. At a limit, the connection that has waited longest for its caller is
 * ended for the new one: such a connection is idle, or its request is unfinished. So connections
 * that are only held open keep nobody out. If all connections have a request in work, the new one
 * is refused.
 *
 * <p>Thread-safe.
 */
@Singleton
final class OpenConnections {

  private final int max;
  private final int perAddressMax;
  private final Map<CallerAddress, Group> groups = new HashMap<>();
  private final SequencedSet<Member> waiting = new LinkedHashSet<>();
  private int count;

  OpenConnections(ConnectionLimits limits) {
    this.max = limits.max();
    this.perAddressMax = limits.perAddressMax();
  }

  /** A connection as the limits see it. */
  interface Member {

    CallerAddress address();

    /** Ends the connection; returns at once. */
    void end();
  }

  private static final class Group {
    private final SequencedSet<Member> waiting = new LinkedHashSet<>();
    private int count;
  }

  /** Admits a connection, whose caller is waited for; false if there is no place for it. */
  synchronized boolean admit(Member member) {
    var group = groups.computeIfAbsent(member.address(), _ -> new Group());
    if ((group.count >= perAddressMax && !endFirst(group.waiting))
        || (count >= max && !endFirst(waiting))) {
      dropIfEmpty(member.address(), group);
      return false;
    }
    // The one that was ended may have been the last of the same group.
    var own = groups.computeIfAbsent(member.address(), _ -> new Group());
    own.count++;
    count++;
    own.waiting.add(member);
    waiting.add(member);
    return true;
  }

  /** The gateway waits for the caller: for a request, or for the rest of one. */
  synchronized void waitsForCaller(Member member) {
    var group = groups.get(member.address());
    if (group != null) {
      group.waiting.add(member);
      waiting.add(member);
    }
  }

  /** The caller waits for an answer. */
  synchronized void waitsForAnswer(Member member) {
    var group = groups.get(member.address());
    if (group != null) {
      group.waiting.remove(member);
      waiting.remove(member);
    }
  }

  /** The connection of an admitted member has ended. */
  synchronized void ended(Member member) {
    waiting.remove(member);
    var group = groups.get(member.address());
    if (group != null) {
      group.waiting.remove(member);
      group.count--;
      count--;
      dropIfEmpty(member.address(), group);
    }
  }

  synchronized int count() {
    return count;
  }

  private boolean endFirst(SequencedSet<Member> candidates) {
    if (candidates.isEmpty()) {
      return false;
    }
    // It is counted until its channel has closed, so the limits may be passed by a few for a
    // moment.
    var member = candidates.getFirst();
    waiting.remove(member);
    var group = groups.get(member.address());
    if (group != null) {
      group.waiting.remove(member);
    }
    member.end();
    return true;
  }

  private void dropIfEmpty(CallerAddress address, Group group) {
    if (group.count == 0) {
      groups.remove(address, group);
    }
  }
}
