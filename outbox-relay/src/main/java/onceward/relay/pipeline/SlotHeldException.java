package onceward.relay.pipeline;

/** A session holds the slot and is not seen to move it, so nothing can be written down now. */
final class SlotHeldException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SlotHeldException(int holder) {
    super(
        "session %d holds the slot and is not seen to move it; that rows may be missing is written down once the slot is free"
            .formatted(holder));
  }
}
