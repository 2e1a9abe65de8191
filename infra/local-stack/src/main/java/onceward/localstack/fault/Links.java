package onceward.localstack.fault;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * The connections through a proxy, and the rule that holds up data on some of them. Thread-safe.
 */
final class Links {

  private static final Rule NOTHING = new Rule(_ -> false, true, false);

  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition healed = lock.newCondition();
  private Rule rule = NOTHING;

  /**
   * @param whose the connections on which data is held up
   * @param bothWays whether both directions are held up, or only the data of clients
   * @param loses whether held-up data is lost with its connection; otherwise it passes in the end
   */
  private record Rule(Predicate<Link> whose, boolean bothWays, boolean loses) {

    boolean holds(Link link, boolean fromClient) {
      return (bothWays || fromClient) && whose.test(link);
    }
  }

  void add(Link link) {
    links.add(link);
    link.start();
  }

  void remove(Link link) {
    links.remove(link);
  }

  void hold(Predicate<Link> whose) {
    become(new Rule(whose, true, false));
  }

  void holdThoseOfNow(Predicate<Link> whose) {
    Set<Link> ofNow = Set.copyOf(links.stream().filter(whose).toList());
    hold(ofNow::contains);
  }

  void loseWhatClientsSay(Predicate<Link> whose) {
    become(new Rule(whose, false, true));
  }

  void heal() {
    become(NOTHING);
  }

  void close() throws IOException {
    heal();
    cut();
  }

  void cut() throws IOException {
    for (Link link : List.copyOf(links)) {
      link.close();
    }
  }

  /** Waits until data may pass; false if the data is lost. */
  boolean passes(Link link, boolean fromClient) {
    lock.lock();
    try {
      boolean lost = false;
      while (rule.holds(link, fromClient)) {
        lost |= rule.loses();
        healed.awaitUninterruptibly();
      }
      return !lost;
    } finally {
      lock.unlock();
    }
  }

  private void become(Rule next) {
    lock.lock();
    try {
      rule = next;
      healed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
