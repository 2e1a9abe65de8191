package onceward.relay.quarantine;

/** The session that held the slot does not any more: another relay may have gone on. Look again. */
public final class SlotLostException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SlotLostException(String slot, int holder) {
    super("session %d holds slot %s no more; another relay may by now".formatted(holder, slot));
  }
}
