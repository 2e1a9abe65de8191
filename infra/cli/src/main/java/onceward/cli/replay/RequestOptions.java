package onceward.cli.replay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import onceward.cli.program.Moment;
import onceward.cli.program.OperatorOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which records a replay goes through, for whom, and how. */
final class RequestOptions {

  @Mixin private final OperatorOption operator = new OperatorOption();

  @Option(
      names = "--consumer",
      paramLabel = "NAME",
      description = "The consumer, such as user-service.")
  private @Nullable String consumer;

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "Its topic, such as account.events.")
  private @Nullable String topic;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = {
        "repair (default): only messages that the consumer has not handled are handled.",
        "force: the messages named by --message are handled again; needs --reason.",
        "rebuild: the read model of the consumer is made anew from the whole topic, beside the live one, and then replaces it.",
        "restore: a service that restores gets back what a whole topic says; `replay restore` does all steps."
      })
  private @Nullable String mode;

  @Option(
      names = "--partition",
      paramLabel = "N",
      description = "Only this partition; may be repeated.")
  private List<Integer> partitions = List.of();

  @Option(
      names = "--from-offset",
      paramLabel = "N",
      description = "The first offset, of one partition.")
  private @Nullable Long fromOffset;

  @Option(
      names = "--until-offset",
      paramLabel = "N",
      description = "The offset behind the last, of one partition.")
  private @Nullable Long untilOffset;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = Moment.class,
      description = "Published since then: 2h, 3d, 2026-11-28 or 2026-11-28T03:00:00Z.")
  private @Nullable Instant since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      converter = Moment.class,
      description = "Published before then.")
  private @Nullable Instant until;

  @Option(
      names = "--key",
      paramLabel = "ID",
      description = "Only messages of this aggregate; may be repeated.")
  private List<String> keys = List.of();

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Only messages of this type; may be repeated.")
  private List<String> types = List.of();

  @Option(
      names = "--message",
      paramLabel = "ID",
      description = "Only the message of this id; may be repeated.")
  private List<UUID> messages = List.of();

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Handles at most N messages a second; 1000 by default, 10000 in a rebuild.")
  private @Nullable Double rate;

  @Option(
      names = "--failures-max",
      paramLabel = "N",
      description = "Pauses itself after N messages that failed; 100 by default.")
  private @Nullable Integer failuresMax;

  @Option(
      names = "--without-beginning",
      description =
          "A rebuild or a restore goes without the first records of the topic, where Kafka no longer has them.")
  private boolean withoutBeginning;

  @Option(
      names = "--dead-letters",
      description =
          "What fails for good in a repair becomes a dead letter, which `dlq retry` or `dlq discard` ends; later messages of its key wait behind it, live ones too.")
  private boolean deadLetters;

  /** The consumer; null if none is named. */
  @Nullable String consumer() {
    return consumer;
  }

  /** The topic; null if none is named. */
  @Nullable String topic() {
    return topic;
  }

  /** Whether any option says which records are meant. */
  boolean isGiven() {
    return consumer != null
        || topic != null
        || mode != null
        || rate != null
        || failuresMax != null
        || withoutBeginning
        || deadLetters
        || !partitions.isEmpty()
        || fromOffset != null
        || untilOffset != null
        || since != null
        || until != null
        || !keys.isEmpty()
        || !types.isEmpty()
        || !messages.isEmpty();
  }

  OperatorOption operator() {
    return operator;
  }

  /** The body of a request to plan. */
  ObjectNode body(String ofConsumer, String ofTopic) {
    var body = operator.body().put("consumer", ofConsumer).put("topic", ofTopic);
    put(body, "mode", mode);
    putAll(body, "partitions", partitions);
    if (fromOffset != null) {
      body.put("fromOffset", fromOffset);
    }
    if (untilOffset != null) {
      body.put("untilOffset", untilOffset);
    }
    put(body, "since", since);
    put(body, "until", until);
    putAll(body, "keys", keys);
    putAll(body, "types", types);
    putAll(body, "messages", messages);
    if (rate != null) {
      body.put("rate", rate);
    }
    if (failuresMax != null) {
      body.put("failuresMax", failuresMax);
    }
    if (withoutBeginning) {
      body.put("withoutBeginning", true);
    }
    if (deadLetters) {
      body.put("deadLetters", true);
    }
    return body;
  }

  /** A criterion that is not given stays out of the service's audit. */
  private static void putAll(ObjectNode body, String name, List<?> values) {
    if (!values.isEmpty()) {
      var array = body.putArray(name);
      for (var value : values) {
        if (value instanceof Integer number) {
          array.add(number);
        } else {
          array.add(value.toString());
        }
      }
    }
  }

  private static void put(ObjectNode body, String name, @Nullable Object value) {
    if (value != null) {
      body.put(name, value.toString());
    }
  }
}
