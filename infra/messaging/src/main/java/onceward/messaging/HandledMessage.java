package onceward.messaging;

import io.opentelemetry.api.trace.Span;

/**
 * The message that the current thread is handling, if any, so that a message that is appended
 * meanwhile can name its cause.
 *
 * <p>Bound to a call and its thread; nothing has to be cleared.
 */
public final class HandledMessage {

  private static final ScopedValue<Message> CURRENT = ScopedValue.newInstance();

  /** Why nothing may be appended now. */
  private static final ScopedValue<String> SILENT = ScopedValue.newInstance();

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
   * Does {@code work}, in which every attempt to append a message fails.
   *
   * @param why nothing may be appended
   */
  public static void withoutAppending(String why, Work work) throws Exception {
    ScopedValue.where(SILENT, why)
        .call(() -> {
          work.run();
          return true;
        });
  }

  /**
   * The context for a message that is appended now. The cause is the message in hand, if any; the
   * trace is that of the current span, or else of the message in hand. A trace that is not well
   * formed is left out.
   *
   * @throws IllegalStateException if nothing may be appended now
   */
  public static MessageContext contextForNew() {
    if (SILENT.isBound()) {
      throw new IllegalStateException(SILENT.get());
    }
    var context = CURRENT.isBound() ? MessageContext.causedBy(CURRENT.get()) : MessageContext.NONE;
    var current = Span.current().getSpanContext();
    var span = current.isValid() ? current : Traceparent.parse(context.traceparent());
    return new MessageContext(Traceparent.of(span), context.causationId(), context.correlationId());
  }
}
