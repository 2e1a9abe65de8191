package onceward.relay.quarantine;

/** So many keys are parked that a position could not name one more. Nothing has changed. */
public final class QuarantineFullException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  QuarantineFullException(String slot, long keys, long bytes, int bytesMax) {
    super(
        "with this message, %,d keys of slot %s would be parked; their names take %,d bytes of each position, and at most %,d are allowed: first release keys (infra/onceward relay retry MESSAGE-ID) or discard messages (infra/onceward relay discard MESSAGE-ID); infra/onceward relay parked lists them"
            .formatted(keys, slot, bytes, bytesMax));
  }
}
