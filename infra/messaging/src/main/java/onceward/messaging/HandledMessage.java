package onceward.messaging;

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
   * The context for a message appended now: caused by the one being handled, or by nothing known.
   */
  public static MessageContext contextForNew() {
    return CURRENT.isBound() ? MessageContext.causedBy(CURRENT.get()) : MessageContext.NONE;
  }
}
