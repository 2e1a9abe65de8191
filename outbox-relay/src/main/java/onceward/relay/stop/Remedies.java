package onceward.relay.stop;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Commands that several stops name, to be pasted into a shell. */
public final class Remedies {

  private static final String AND = " && ";
  private static final String CREATE = "infra/onceward topic create ";
  private static final String REPUBLISH = "infra/onceward republish run ";
  private static final String ACCEPT = "infra/onceward relay accept ";

  /** The order in which the commands of several remedies are run. */
  private static final List<String> ORDER = List.of(CREATE, REPUBLISH, ACCEPT);

  private Remedies() {}

  /** Lets the pipeline continue where its slot stands. */
  public static String accept(String pipeline) {
    return ACCEPT + pipeline;
  }

  /**
   * Has the messages published that topics lack, and then lets the pipeline continue. In this order
   * they come before everything that the pipeline captures.
   */
  public static String bringBackAndAccept(String pipeline, StopReason reason) {
    return REPUBLISH
        + "--pipeline %s --wait 0 --detach --reason %s".formatted(pipeline, reason.code())
        + AND
        + accept(pipeline);
  }

  /** Makes a topic that there never was. */
  public static String create(String topic, int partitions) {
    return CREATE + "%s --partitions %d".formatted(topic, partitions);
  }

  /** Makes a topic first that was deleted. */
  public static String createBringBackAndAccept(
      String topic, int partitions, String pipeline, StopReason reason) {
    return create(topic, partitions) + AND + bringBackAndAccept(pipeline, reason);
  }

  /**
   * One remedy for several stops, which one accept ends. What is needed for one of them comes
   * before the accept; every command comes once.
   *
   * @param remedies of the stops, the most important first. If that one is no such command, it is
   *     the answer
   */
  public static String together(List<String> remedies) {
    if (!isForAccept(remedies.getFirst())) {
      return remedies.getFirst();
    }
    var commands =
        remedies.stream()
            .filter(Remedies::isForAccept)
            .flatMap(remedy -> Arrays.stream(remedy.split(AND, -1)))
            .distinct()
            .sorted(Comparator.comparingInt(Remedies::place))
            .toList();
    var republish = commands.stream().filter(one -> one.startsWith(REPUBLISH)).findFirst();
    return commands.stream()
        .filter(one -> !one.startsWith(REPUBLISH) || republish.filter(one::equals).isPresent())
        .collect(Collectors.joining(AND));
  }

  private static boolean isForAccept(String remedy) {
    return Arrays.stream(remedy.split(AND, -1)).allMatch(command -> place(command) >= 0);
  }

  private static int place(String command) {
    for (int i = 0; i < ORDER.size(); i++) {
      if (command.startsWith(ORDER.get(i))) {
        return i;
      }
    }
    return -1;
  }
}
