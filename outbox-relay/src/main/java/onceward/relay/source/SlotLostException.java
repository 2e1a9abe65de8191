package onceward.relay.source;

/**
 * The session that held the slot does not hold the slot any more: another relay may have taken
 * over. Look again.
 */
public final class SlotLostException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SlotLostException(String slot, int holder) {
    super(
        "session %d holds slot %s no more; another relay may have taken over"
            .formatted(holder, slot));
  }

  /** Of a session whose number is not known. */
  SlotLostException(String slot) {
    super("no session holds slot %s any more; another relay may take over".formatted(slot));
  }
}
