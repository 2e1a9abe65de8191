package onceward.messaging.testkit;

import java.time.Duration;
import onceward.messaging.Message;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions about what a consumer has handled:
 *
 * <pre>{@code
 * assertThat(service.inbox("billing")).eventually(Duration.ofSeconds(20)).handled(message);
 * }</pre>
 *
 * <p>Each one reads the inbox anew. Failures name the messages handled last by their ids.
 */
public final class InboxAssert extends AbstractAssert<InboxAssert, TestInbox> {

  private final Patience patience;

  InboxAssert(TestInbox actual) {
    this(actual, Patience.NONE);
  }

  private InboxAssert(TestInbox actual, Patience patience) {
    super(actual, InboxAssert.class);
    this.patience = patience;
  }

  /** From here on, {@link #handled} may take that long to come true. */
  public InboxAssert eventually(Duration atMost) {
    return new InboxAssert(actual, new Patience(atMost));
  }

  /** The message had its effect, and that is committed. */
  public InboxAssert handled(Message message) {
    patience.until(() -> {
      if (!actual.contains(message.id())) {
        fail("not handled", message);
      }
    });
    return this;
  }

  /**
   * The message has had no effect so far. That is looked at once: to know that it was not merely
   * too early, wait for a message behind it in the same partition first.
   */
  public InboxAssert hasNotHandled(Message message) {
    if (actual.contains(message.id())) {
      fail("handled", message);
    }
    return this;
  }

  private void fail(String state, Message message) {
    failWithMessage(
        "%s",
        "%s has %s %s; the newest it handled: %s"
            .formatted(actual.consumer(), state, message, actual.latest()));
  }
}
