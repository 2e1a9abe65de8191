package onceward.messaging.testkit;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import onceward.messaging.Message;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions about the committed messages of one aggregate, in the order of their versions. Each
 * one reads the outbox anew. Failures name the messages that are there by id, type and version;
 * payloads stay out.
 */
public final class MessagesAssert extends AbstractAssert<MessagesAssert, TestOutbox> {

  private final Object aggregateId;
  private final Patience patience;

  MessagesAssert(TestOutbox actual, Object aggregateId, Patience patience) {
    super(actual, MessagesAssert.class);
    this.aggregateId = aggregateId;
    this.patience = patience;
  }

  /** From here on, each assertion may take that long to come true. */
  public MessagesAssert eventually(Duration atMost) {
    return new MessagesAssert(actual, aggregateId, new Patience(atMost));
  }

  /** There are messages of these types, in this order, and no others. */
  public MessagesAssert hasTypes(String... types) {
    return check(messages -> {
      if (!messages.stream().map(Message::type).toList().equals(List.of(types))) {
        failWithMessage("%s", "expected " + List.of(types) + ", but " + found(messages));
      }
    });
  }

  /** There are messages, and their versions are 1, 2, 3 … */
  public MessagesAssert hasGaplessVersions() {
    return check(messages -> {
      var versions = messages.stream().map(Message::aggregateVersion).toList();
      var gapless = LongStream.rangeClosed(1, versions.size()).boxed().toList();
      if (versions.isEmpty() || !versions.equals(gapless)) {
        failWithMessage("%s", "expected versions 1, 2, 3 …, but " + found(messages));
      }
    });
  }

  /** Exactly one message is there; assert about it. */
  public MessageAssert single() {
    check(messages -> {
      if (messages.size() != 1) {
        failWithMessage("%s", "expected one message, but " + found(messages));
      }
    });
    return last();
  }

  /** The message with the highest version; assert about it. */
  public MessageAssert last() {
    check(messages -> {
      if (messages.isEmpty()) {
        failWithMessage("%s", "expected a message, but " + found(messages));
      }
    });
    return new MessageAssert(actual.about(aggregateId).getLast());
  }

  private MessagesAssert check(Consumer<List<Message>> rule) {
    patience.until(() -> rule.accept(actual.about(aggregateId)));
    return this;
  }

  private String found(List<Message> messages) {
    return messages.isEmpty()
        ? "the outbox holds nothing about " + aggregateId
        : messages.stream()
            .map(MessagesAssert::line)
            .collect(joining("\n  ", "the outbox holds about " + aggregateId + "\n  ", ""));
  }

  private static String line(Message message) {
    return "version %d: %s %s".formatted(message.aggregateVersion(), message.type(), message.id());
  }
}
