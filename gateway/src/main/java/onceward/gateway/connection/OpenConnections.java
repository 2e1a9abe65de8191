package onceward.gateway.connection;

import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All connections of callers. At a limit, the connection that has waited longest for its caller is
 * ended for the new one: such a connection is idle, or its request is unfinished or waits for its
 * turn. So connections that are only held open keep nobody out. If all connections have a request
 * in work, the new one is refused.
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
    private final Set<Member> members = new HashSet<>();
    private final SequencedSet<Member> waiting = new LinkedHashSet<>();
  }

  /** Admits a connection, whose caller is waited for; false if there is no place for it. */
  synchronized boolean admit(Member member) {
    if (!makeRoom(groups.get(member.address()))) {
      return false;
    }
    // The one that was ended may have been the last of the same group.
    var group = groups.computeIfAbsent(member.address(), _ -> new Group());
    group.members.add(member);
    count++;
    group.waiting.add(member);
    waiting.add(member);
    return true;
  }

  /** One connection that ends makes room for both limits; false if none can be ended. */
  private boolean makeRoom(@Nullable Group group) {
    if (group != null && group.members.size() >= perAddressMax) {
      return endFirst(group.waiting);
    }
    return count < max || endFirst(waiting);
  }

  /**
   * The gateway waits for the caller: for a request, or for the rest of one. A request that did not
   * wait for the answer before it, and has no place yet, counts as none.
   */
  synchronized void waitsForCaller(Member member) {
    var group = groups.get(member.address());
    // An answer may be written after the connection has ended.
    if (group != null && group.members.contains(member)) {
      group.waiting.add(member);
      waiting.add(member);
    }
  }

  /** The caller waits for an answer, and its request is in work. */
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
    if (group != null && group.members.remove(member)) {
      group.waiting.remove(member);
      count--;
      if (group.members.isEmpty()) {
        groups.remove(member.address());
      }
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
}
