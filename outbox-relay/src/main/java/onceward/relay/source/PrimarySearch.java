package onceward.relay.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import onceward.messaging.RootCause;
import onceward.relay.source.Servers.Address;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the primary among the servers of a pipeline. All are asked at the same time, and every time
 * anew: after a fail-over the old primary may come back and take writes as before, so the first one
 * that takes writes need not be the right one. The primary is the one on the latest timeline.
 */
final class PrimarySearch {

  /**
   * What a server says of itself.
   *
   * @param system the identifier that a server has in common with its copies
   * @param failure why it says nothing; null if it does
   */
  record Answer(
      Address server, boolean isStandby, String system, int timeline, @Nullable Exception failure) {

    static Answer of(Address server, boolean isStandby, String system, int timeline) {
      return new Answer(server, isStandby, system, timeline, null);
    }

    static Answer none(Address server, Exception failure) {
      return new Answer(server, false, "", 0, failure);
    }

    boolean isPrimary() {
      return failure == null && !isStandby;
    }

    @Override
    public String toString() {
      if (failure != null) {
        return "%s does not answer (%s)".formatted(server, RootCause.tell(failure));
      }
      return isStandby
          ? server + " is a standby"
          : "%s is a primary on timeline %d".formatted(server, timeline);
    }
  }

  private static final Logger log = LoggerFactory.getLogger(PrimarySearch.class);

  private final Connections connections;
  private final Servers servers;

  PrimarySearch(Connections connections, Servers servers) {
    this.connections = connections;
    this.servers = servers;
  }

  /**
   * Has new connections go to the primary. Asks nobody if there is only one server.
   *
   * @throws SQLException if none of them is known to be the primary now, which says why
   */
  void choose() throws SQLException {
    if (!servers.isChoice()) {
      return;
    }
    var primary = primary(answers(servers.all()));
    if (!primary.server().equals(servers.chosen())) {
      log.info(
          "Pipeline {} connects to {}, the primary on timeline {}",
          connections.pipeline(),
          primary.server(),
          primary.timeline());
    }
    servers.choose(primary.server());
  }

  /**
   * Which of the answers is the primary's.
   *
   * @throws SQLException if that cannot be told
   */
  static Answer primary(List<Answer> answers) throws SQLException {
    var latest =
        answers.stream()
            .filter(Answer::isPrimary)
            .max(Comparator.comparingInt(Answer::timeline))
            .orElseThrow(
                () -> new SQLException("none of the servers is a primary: " + told(answers)));
    var rivals =
        answers.stream()
            .filter(one -> one.isPrimary() && one.timeline() == latest.timeline())
            .toList();
    if (rivals.size() > 1) {
      throw new SQLException(
          "more than one server is the primary, end all but one: " + told(rivals));
    }
    return latest;
  }

  /**
   * Asks the servers that are not connected to whether they take writes too. All at once, over a
   * short connection each; one that does not answer is not counted.
   *
   * @param system the identifier of the server that is connected to
   * @throws SQLException if this thread is interrupted
   */
  List<OtherPrimary> others(String system) throws SQLException {
    var chosen = servers.chosen();
    return others(
        answers(servers.all().stream().filter(one -> !one.equals(chosen)).toList()), system);
  }

  /** Which of the answers come from a primary of that system. */
  static List<OtherPrimary> others(List<Answer> answers, String system) {
    return answers.stream()
        .filter(one -> one.isPrimary() && one.system().equals(system))
        .map(one -> new OtherPrimary(one.server(), one.timeline()))
        .toList();
  }

  private static String told(List<Answer> answers) {
    return answers.stream().map(Answer::toString).collect(Collectors.joining("; "));
  }

  private List<Answer> answers(List<Address> asked) throws SQLException {
    try (var asking = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          asking.invokeAll(
              asked.stream().<Callable<Answer>>map(server -> () -> ask(server)).toList());
      var answers = new ArrayList<Answer>();
      for (Future<Answer> one : all) {
        answers.add(one.get());
      }
      return answers;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted", e);
    } catch (ExecutionException unforeseen) {
      throw new SQLException(unforeseen.getCause());
    }
  }

  private Answer ask(Address server) {
    try (var connection = connections.openBriefly(server)) {
      return ask(server, connection);
    } catch (SQLException failed) {
      return Answer.none(server, failed);
    }
  }

  private static Answer ask(Address server, Connection connection) throws SQLException {
    try (var select = connection.createStatement();
        var row = select.executeQuery(Timelines.SELECT)) {
      row.next();
      return Answer.of(
          server,
          row.getBoolean("read_only"),
          row.getString("system_identifier"),
          row.getInt("timeline"));
    }
  }
}
