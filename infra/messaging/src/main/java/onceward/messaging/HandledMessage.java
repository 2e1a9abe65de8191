package onceward.messaging;

import io.opentelemetry.api.trace.Span;

/**
 * The message the current thread is handling, if any, so that what is appended meanwhile can name
 * its cause.
 *
 * <p>Bound for the time of the call and to its thread; nothing has to be cleared.
 */
public final class HandledMessage {

  private static final ScopedValue<Message> CURRENT = ScopedValue.newInstance();

  private HandledMessage() {}

  /** What is done while a message is handled. */
  @FunctionalInterface
  public interface Work {

    /** Does it. */
    void run() throws Exception;
  }

  /** Does {@code work} as part of handling {@code message}. */
  public static void during(Message message, Work work) throws Exception {
    ScopedValue.where(CURRENT, message)
        .call(() -> {
          work.run();
          return true;
        });
  }

  /**
   * The context for a message appended now: caused by the one being handled, or by nothing known;
   * in the trace of the current span, or else of the message being handled. What that message has
   * in the place of a trace is left behind if it is none.
   */
  public static MessageContext contextForNew() {
    var context = CURRENT.isBound() ? MessageContext.causedBy(CURRENT.get()) : MessageContext.NONE;
    var current = Span.current().getSpanContext();
    var span = current.isValid() ? current : Traceparent.parse(context.traceparent());
    return new MessageContext(Traceparent.of(span), context.causationId(), context.correlationId());
  }
}
